// The code's link stands behind "#", which browsers send to no server. First of all it leaves the
// address bar, so that neither the history nor a glance over the shoulder shows it. Then the link
// is checked; the other scripts of the page show their answers through `window.ecvet`.
"use strict";
(function () {
  var LONGEST_WAIT = 60000; // milliseconds
  var asked = 0; // which question the page waits for: a later one overtakes the earlier
  var retry = function () {};
  var answered = ""; // the link whose answer the page shows, if it was a link

  function takeLink() {
    var fragment = location.hash;
    // A link holds an address and "~", a whole document only digits; "#main" is of the page.
    if (!/^#(.*(:|%3a)|[0-9]{200,}$)/i.test(fragment)) return "";
    history.replaceState(null, "", location.pathname);
    return fragment;
  }

  function part(id) {
    return document.getElementById(id);
  }

  function say(words, look) {
    part("progress").textContent = words;
    part("progress").className = look;
  }

  // Clears the page for a new question; what comes back tells whether it is still the latest.
  function begin(words, again) {
    var mine = (asked += 1);
    retry = again;
    answered = "";
    part("trouble").hidden = true;
    part("answer").textContent = "";
    part("title").classList.add("quiet");
    part("title").textContent = part("title").dataset.working;
    if (part("lead")) part("lead").hidden = true;
    say(words, "busy");
    return function () { return mine === asked; };
  }

  function trouble(kind) {
    say("", "");
    part("steps").hidden = true;
    part("title").textContent = part("title").dataset.none;
    part("trouble-words").textContent = part("trouble-words").dataset[kind];
    part("trouble").hidden = false;
  }

  function show(html) {
    var answer = part("answer");
    answer.innerHTML = html; // made by this service's own templates, which escape everything
    var table = part("overview-title");
    var heading = table || answer.querySelector(".verdict");
    part("steps").hidden = true;
    say((table ? answer.dataset.doneMany : answer.dataset.done) + " " + heading.textContent, "visually-hidden");
    document.title = heading.textContent;
    part("title").textContent = table ? part("title").dataset.many : part("title").dataset.one;
    part("ask-title").textContent = part("ask-title").dataset.again;
    part("ask-title").classList.remove("visually-hidden");
    heading.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }

  function check(link) {
    var current = begin(part("answer").dataset.busy, function () { check(link); });
    answered = link;
    var slow = new AbortController();
    var timer = setTimeout(function () { slow.abort(); }, LONGEST_WAIT);
    fetch("check", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ link: link }),
      credentials: "omit",
      referrerPolicy: "no-referrer",
      signal: slow.signal,
    })
      .then(function (response) {
        if (response.ok) return response.text().then(function (html) { if (current()) show(html); });
        if (current()) trouble(response.status < 500 ? "refused" : "fault");
      })
      .catch(function () {
        if (current()) trouble(slow.signal.aborted ? "slow" : "offline");
      })
      .then(function () { clearTimeout(timer); });
  }

  // A link may lead into an answer that is folded.
  function unfold() {
    var target = /^#a[0-9]+/.test(location.hash) && part(location.hash.slice(1));
    var folded = target && target.closest("details.folded");
    if (!folded) return;
    folded.open = true;
    target.scrollIntoView();
  }

  // In another language a scanned answer is asked for anew, by the link that only this page holds.
  function inLanguage(event) {
    if (!answered) return;
    event.preventDefault();
    location.assign(event.currentTarget.pathname + answered);
  }

  var scanned = takeLink();
  window.ecvet = Object.freeze({ begin: begin, check: check, say: say, show: show, trouble: trouble });

  document.addEventListener("DOMContentLoaded", function () {
    part("again").addEventListener("click", function () { retry(); });
    document.querySelectorAll("[data-language]").forEach(function (choice) {
      choice.addEventListener("click", inLanguage);
    });
    if (scanned) {
      check(scanned);
      return;
    }
    var first = part("overview-title") || document.querySelector("#answer .verdict");
    if (first) first.focus({ preventScroll: true });
  });

  // A page that comes back from the browser's memory must not look busy still.
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) location.reload();
  });
  window.addEventListener("hashchange", function () {
    var link = takeLink();
    if (link) check(link);
    else unfold();
  });
})();
