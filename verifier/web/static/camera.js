// The camera as a way in. Pictures stay on the device; of a code only what stands behind "#" is
// checked, because whoever printed the paper chose the verifier in front of it.
"use strict";
(function () {
  const part = (id) => document.getElementById(id);
  const dialog = part("camera");
  const video = part("camera-view");
  const PAUSE = 60; // milliseconds between two pictures
  const PATIENCE = 2500; // milliseconds until our own reader helps the browser's
  const OUR_CODE = /^(?:.*(?::|%3a).*(?:~|%7e)[\w-]{43}|[0-9]{200,})$/i;
  const REFUSALS = {
    NotAllowedError: "denied",
    SecurityError: "denied",
    NotFoundError: "missing",
    OverconstrainedError: "missing",
    NotReadableError: "taken",
    AbortError: "taken",
  };
  let visit = 0; // counts the openings: what an earlier one began must not touch a later one
  let stream = null;
  let scanner = null;

  function say(kind) {
    const words = part("camera-says").dataset[kind];
    if (part("camera-says").textContent !== words) part("camera-says").textContent = words;
  }

  // --- Readers: each takes the video and gives the texts of the codes that it sees ---------------

  async function browsersReader() {
    try {
      const formats = await window.BarcodeDetector.getSupportedFormats();
      if (!formats.includes("qr_code")) return null;
      const detector = new window.BarcodeDetector({ formats: ["qr_code"] });
      return async () => (await detector.detect(video)).map((code) => code.rawValue);
    } catch {
      return null; // there is none
    }
  }

  function ownReader() {
    scanner = new Worker(dialog.dataset.scanner, { type: "module" });
    const worker = scanner;
    const canvas = document.createElement("canvas");
    const context = canvas.getContext("2d", { willReadFrequently: true });
    return () =>
      new Promise((found, failed) => {
        // The whole picture in full: a code that holds a document has small modules.
        canvas.width = video.videoWidth;
        canvas.height = video.videoHeight;
        context.drawImage(video, 0, 0);
        const picture = context.getImageData(0, 0, canvas.width, canvas.height);
        worker.onmessage = (event) => found(event.data);
        worker.onerror = () => failed(new Error("the reader does not run here"));
        const { data, width, height } = picture;
        worker.postMessage({ data, width, height }, [data.buffer]);
      });
  }

  // --- Looking ---------------------------------------------------------------------------------

  function fragmentOf(text) {
    const hash = text.indexOf("#");
    const fragment = text.slice(hash + 1).trim();
    return hash >= 0 && OUR_CODE.test(fragment) ? "#" + fragment : "";
  }

  async function look(current) {
    const browsers = await browsersReader();
    let own = browsers ? null : ownReader();
    const begun = performance.now();
    while (current()) {
      if (video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && video.videoWidth) {
        if (!own && performance.now() - begun > PATIENCE) own = ownReader();
        const texts = [];
        if (browsers) texts.push(...(await browsers().catch(() => [])));
        if (own && !texts.length) texts.push(...(await own()));
        if (!current()) return;
        const fragment = texts.map(fragmentOf).find(Boolean);
        if (fragment) {
          dialog.close();
          window.ecvet.check(fragment);
          return;
        }
        if (texts.length) say("elsewhere");
      }
      await new Promise((resume) => setTimeout(resume, PAUSE));
    }
  }

  async function open() {
    const mine = (visit += 1);
    const current = () => mine === visit && dialog.open;
    dialog.showModal();
    say("starting");
    try {
      const given = await navigator.mediaDevices.getUserMedia({
        audio: false,
        video: { facingMode: { ideal: "environment" }, width: { ideal: 1920 }, height: { ideal: 1080 } },
      });
      if (!current()) {
        given.getTracks().forEach((track) => track.stop());
        return;
      }
      stream = given;
      given.getVideoTracks()[0].addEventListener("ended", () => current() && say("failed"));
      video.srcObject = given;
      await video.play();
      if (!current()) return;
      say("looking");
      await look(current);
    } catch (error) {
      if (!current()) return;
      stop();
      say(REFUSALS[error.name] || "failed");
    }
  }

  function stop() {
    visit += 1;
    if (stream) stream.getTracks().forEach((track) => track.stop());
    if (scanner) scanner.terminate();
    stream = scanner = null;
    video.srcObject = null;
  }

  // --- The page --------------------------------------------------------------------------------

  if (!navigator.mediaDevices || !navigator.mediaDevices.getUserMedia || !dialog.showModal) return;
  part("scan-field").hidden = false;
  part("scan").addEventListener("click", open);
  part("camera-stop").addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", stop); // Escape closes it too, and the focus goes back
  const leave = () => dialog.open && dialog.close();
  document.addEventListener("visibilitychange", () => document.hidden && leave());
  window.addEventListener("pagehide", leave);
})();
