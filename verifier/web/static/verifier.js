// The code's link stands behind "#", which browsers send to no server. First of all it leaves the
// address bar, so that neither the history nor a glance over the shoulder shows it.
"use strict";
(function () {
  var LONGEST_WAIT = 60000; // milliseconds
  var link = "";
  var asked = 0; // which question the page waits for: a second scan overtakes the first

  function takeLink() {
    var fragment = location.hash;
    // A link's fragment holds an address and "~"; "#main" and the like belong to the page.
    if (!/^#.*(:|%3a)/i.test(fragment)) return false;
    history.replaceState(null, "", location.pathname);
    link = fragment;
    return true;
  }

  function part(id) {
    return document.getElementById(id);
  }

  function trouble(kind) {
    part("progress").textContent = "";
    part("progress").className = "";
    part("trouble-words").textContent = part("trouble-words").dataset[kind];
    part("trouble").hidden = false;
  }

  function show(html) {
    var answer = part("answer");
    answer.innerHTML = html; // made by this service's own templates, which escape everything
    var heading = answer.querySelector(".verdict");
    part("progress").className = "visually-hidden";
    part("progress").textContent = answer.dataset.done + " " + heading.textContent;
    document.title = heading.textContent;
    part("title").classList.add("quiet");
    part("title").textContent = answer.dataset.done.replace(":", "");
    part("ask-title").textContent = part("ask-title").dataset.again;
    part("ask-title").classList.remove("visually-hidden");
    if (part("lead")) part("lead").hidden = true;
    heading.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }

  function check() {
    var mine = (asked += 1);
    var slow = new AbortController();
    var timer = setTimeout(function () { slow.abort(); }, LONGEST_WAIT);
    part("trouble").hidden = true;
    part("answer").textContent = "";
    part("progress").className = "busy";
    part("progress").textContent = part("answer").dataset.busy;
    fetch("check", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ link: link }),
      credentials: "omit",
      referrerPolicy: "no-referrer",
      signal: slow.signal,
    })
      .then(function (response) {
        if (response.ok) return response.text().then(function (html) { if (mine === asked) show(html); });
        if (mine === asked) trouble(response.status < 500 ? "refused" : "fault");
      })
      .catch(function () {
        if (mine === asked) trouble(slow.signal.aborted ? "slow" : "offline");
      })
      .then(function () { clearTimeout(timer); });
  }

  var scanned = takeLink();

  document.addEventListener("DOMContentLoaded", function () {
    part("again").addEventListener("click", check);
    part("form").addEventListener("submit", function () {
      part("submit").textContent = part("submit").dataset.busy;
      part("submit").setAttribute("aria-disabled", "true");
    });
    if (scanned) {
      check();
      return;
    }
    var first = document.querySelector("#answer .verdict");
    if (first) first.focus({ preventScroll: true });
  });

  // A page that comes back from the browser's memory must not look busy still.
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) location.reload();
  });
  window.addEventListener("hashchange", function () {
    if (takeLink()) check();
  });
})();
