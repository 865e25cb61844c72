// Reads QR codes in pictures, beside the page so that it stays responsive. It sends nothing.
import decodeQR from "./vendor/qr/decode.js";

const LONGEST = 300; // milliseconds that a difficult picture may take

self.onmessage = (event) => {
  const { data, width, height } = event.data;
  try {
    self.postMessage([decodeQR({ data, width, height }, { timeLimit: LONGEST })]);
  } catch {
    self.postMessage([]); // no code in this picture, or none that can be read
  }
};
