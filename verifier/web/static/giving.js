// Documents chosen, dropped or pasted: sent together in one request, because they may refer to one
// another, and answered step by step, so that the page shows how far it is.
"use strict";
(function () {
  const part = (id) => document.getElementById(id);
  const page = window.ecvet;
  const form = part("form");
  const room = { bytes: Number(form.dataset.maxBytes), files: Number(form.dataset.maxFiles) };
  const MOST_NAMED = 1000; // files that are named as left out
  let request = null;

  const filled = (words, facts) => words.replace(/\{(\w)\}/g, (_, name) => facts[name]);

  // --- What is sent, and what cannot be --------------------------------------------------------

  function packed(files, text) {
    const body = new FormData();
    const leftOut = [];
    let bytes = new Blob([text]).size;
    let count = 0;
    files.forEach((file, place) => {
      const large = file.size > room.bytes;
      if (large || bytes + file.size > room.bytes || count === room.files) {
        leftOut.push({ place, name: file.name, size: file.size, reason: large ? "large" : "room" });
        return;
      }
      bytes += file.size;
      count += 1;
      // A nameless file would count as none.
      body.append("file", file, file.name || "file");
    });
    if (text.trim()) body.append("text", text);
    if (leftOut.length) body.append("left_out", JSON.stringify(leftOut.slice(0, MOST_NAMED)));
    return { body, count: count + (text.trim() ? 1 : 0), given: files.length + (text.trim() ? 1 : 0) };
  }

  // --- Progress --------------------------------------------------------------------------------

  // Sending is a quarter of the way, reading and verifying share the rest.
  function progress(stage, k, n) {
    const begins = { sending: 0, reading: 0.25, checking: 0.6, ending: 1 }[stage];
    const length = { sending: 0.25, reading: 0.35, checking: 0.4, ending: 0 }[stage];
    part("bar").value = begins + (n ? (length * k) / n : 0);
    const facts = stage === "sending" ? { n: Math.round((100 * k) / n) } : { k, n };
    part("steps-words").textContent = filled(part("steps-words").dataset[stage], facts);
  }

  // --- The request -----------------------------------------------------------------------------

  function give(files, text) {
    if (!files.length && !text.trim()) {
      part("nothing-given").hidden = false;
      return;
    }
    part("nothing-given").hidden = true;
    if (request) request.abort();
    const { body, count, given } = packed(files, text);
    const busy = part("answer").dataset;
    const words = given > 1 ? filled(busy.busyMany, { n: given }) : busy.busy;
    const current = page.begin(words, () => give(files, text));
    part("steps").hidden = false;
    progress("sending", 0, 1);
    window.scrollTo(0, 0);

    const mine = (request = new XMLHttpRequest());
    let read = 0; // characters of the answer that were looked at
    let html = null;
    const take = () => {
      if (!current() || mine.status !== 200) return;
      const end = mine.responseText.lastIndexOf("\n");
      if (end < read) return;
      const lines = mine.responseText.slice(read, end).split("\n");
      read = end + 1;
      for (const line of lines) {
        const step = JSON.parse(line);
        if (step.html !== undefined) html = step.html;
        else if (step.checked) progress("checking", step.checked, count);
        else progress("reading", step.read, count);
      }
    };
    mine.open("POST", form.dataset.steps);
    mine.upload.onprogress = (event) => {
      if (current() && event.lengthComputable) progress("sending", event.loaded, event.total);
    };
    mine.onprogress = take;
    mine.onload = () => {
      take();
      if (!current()) return;
      request = null;
      if (html === null) page.trouble(mine.status === 413 ? "large" : mine.status < 500 && mine.status !== 200 ? "refused" : "fault");
      else finish(html);
    };
    mine.onerror = async () => {
      if (!current()) return;
      request = null;
      page.trouble(read ? "fault" : (await readable(files)) ? "offline" : "gone");
    };
    mine.send(body);
  }

  // A browser ends a request in the same way when a chosen file went away meanwhile.
  async function readable(files) {
    try {
      await Promise.all(files.map((file) => file.slice(0, 1).arrayBuffer()));
      return true;
    } catch {
      return false;
    }
  }

  function finish(html) {
    progress("ending", 1, 1);
    // One frame for the words above, before a long answer is laid out.
    requestAnimationFrame(() => setTimeout(() => {
      page.show(html);
      form.reset();
    }));
  }

  part("stop").addEventListener("click", () => {
    if (request) request.abort();
    request = null;
    page.begin("", () => {});
    part("steps").hidden = true;
    page.say(part("answer").dataset.stopped, "");
    part("title").textContent = part("title").dataset.none;
    part("file").focus();
  });

  // --- The ways in -----------------------------------------------------------------------------

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    give([...part("file").files], part("text").value);
  });

  const holdsSomething = (data) =>
    [...data.types].some((type) => ["Files", "text/uri-list", "text/plain"].includes(type));
  const isField = (element) => Boolean(element.closest && element.closest("textarea, input"));
  let inside = 0; // elements that the pointer entered and did not leave

  function dropping(shown) {
    part("drop").hidden = !shown;
    if (!shown) inside = 0;
  }
  document.addEventListener("dragenter", (event) => {
    if (!holdsSomething(event.dataTransfer)) return;
    event.preventDefault();
    inside += 1;
    dropping(true);
  });
  document.addEventListener("dragleave", () => {
    inside -= 1;
    if (inside <= 0) dropping(false);
  });
  document.addEventListener("dragover", (event) => {
    if (!holdsSomething(event.dataTransfer)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
  });
  document.addEventListener("drop", (event) => {
    dropping(false);
    const data = event.dataTransfer;
    if (!holdsSomething(data)) return;
    event.preventDefault();
    const text = data.files.length ? "" : data.getData("text/uri-list") || data.getData("text/plain");
    give([...data.files], text);
  });
  document.addEventListener("paste", (event) => {
    const data = event.clipboardData;
    if (part("camera").open) return;
    if (!data.files.length && isField(event.target)) return; // an ordinary paste of text
    const text = data.files.length ? "" : data.getData("text/plain");
    if (!data.files.length && !text.trim()) return;
    event.preventDefault();
    give([...data.files], text);
  });
  part("drop-hint").hidden = false;
})();
