// An open queue says that something has come into it, and leaves what is being read where it is. Ticks are counted.
(() => {
  "use strict";
  const main = document.querySelector("[data-live]");
  if (!main) return;
  const link = document.querySelector("#arrived a");

  async function look() {
    if (document.hidden) return;
    try {
      const answer = await fetch(main.dataset.new, { headers: { Accept: "application/json" } });
      if (!answer.ok) return;
      const told = await answer.json();
      if (told.new) {
        link.querySelector("span").textContent = told.words;
        link.hidden = false;
      }
    } catch {
      // The line is down; the stream opens again by itself, and then this asks again.
    }
  }

  // A tab that nobody sees keeps no line open: a browser has six of them to one house.
  let stream = null;
  let opened = false;
  function listen() {
    if (document.hidden || stream) return;
    stream = new EventSource(main.dataset.live);
    stream.addEventListener("news", look);
    stream.addEventListener("hello", () => {
      if (opened) look(); // at what came while it was away
      opened = true;
    });
  }
  function leave() {
    stream?.close();
    stream = null;
  }
  document.addEventListener("visibilitychange", () => (document.hidden ? leave() : listen()));
  addEventListener("pagehide", leave);
  // A page that the browser kept and shows again has lost its stream: it is read anew.
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });

  listen();

  const all = document.querySelector("[data-tick-all]");
  if (!all) return;
  const ticks = [...document.querySelectorAll('input[name="case"]')];
  const said = document.querySelector("[data-ticked]");
  all.closest("label").hidden = false;
  const count = () => {
    const ticked = ticks.filter((one) => one.checked).length;
    said.textContent = ticked ? `${ticked} / ${ticks.length}` : "";
    all.checked = ticked === ticks.length;
    all.indeterminate = ticked > 0 && ticked < ticks.length;
  };
  all.addEventListener("change", () => {
    for (const one of ticks) one.checked = all.checked;
    count();
  });
  for (const one of ticks) one.addEventListener("change", count);
  count();
})();
