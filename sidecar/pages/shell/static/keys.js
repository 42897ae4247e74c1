// One key each for what a page offers: links and buttons with `data-key`, some by two keys one after the other (`g m`);
// j, k, x and Enter in lists; ? lists them all.
(() => {
  "use strict";
  const typing = (target) => target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]") !== null;
  const rows = () => [...document.querySelectorAll("[data-row]")];
  let at = -1;
  const LATER = 1500; // milliseconds for the second of two keys
  let first = null;
  let forgotten = 0;

  function move(step) {
    const all = rows();
    if (!all.length) return;
    all[at]?.classList.remove("at");
    at = Math.max(0, Math.min(all.length - 1, at + step));
    all[at].classList.add("at");
    all[at].querySelector("a")?.focus();
  }

  function tick() {
    rows()[at]?.querySelector('input[type="checkbox"]')?.click();
  }

  function help() {
    const dialog = document.getElementById("shortcuts");
    if (!dialog) return;
    const list = dialog.querySelector("dl");
    list.replaceChildren();
    const add = (key, words) => {
      const name = document.createElement("dt");
      const kbd = document.createElement("kbd");
      kbd.className = "nd-key";
      kbd.textContent = key;
      name.append(kbd);
      const what = document.createElement("dd");
      what.textContent = words;
      list.append(name, what);
    };
    for (const one of document.querySelectorAll("[data-key]")) {
      add(one.dataset.key, (one.dataset.says || one.textContent).trim());
    }
    if (rows().length) {
      add("j", dialog.dataset.next);
      add("k", dialog.dataset.back);
      if (rows()[0].querySelector('input[type="checkbox"]')) add("x", dialog.dataset.tick);
    }
    add("?", dialog.dataset.help);
    dialog.showModal();
  }

  function begin(key) {
    first = key;
    clearTimeout(forgotten);
    forgotten = setTimeout(() => {
      first = null;
    }, LATER);
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape" && typing(event.target)) {
      event.target.blur();
      return;
    }
    if (typing(event.target) || document.querySelector("dialog[open]")) return;
    if (event.key === "?") help();
    else if (event.key === "j") move(1);
    else if (event.key === "k") move(-1);
    else if (event.key === "x" && rows()[at]) tick();
    else {
      const keyed = [...document.querySelectorAll("[data-key]")];
      const pressed = first === null ? event.key : `${first} ${event.key}`;
      first = null;
      const one = keyed.find((each) => each.dataset.key === pressed);
      if (!one) {
        if (keyed.some((each) => each.dataset.key.startsWith(`${event.key} `))) begin(event.key);
        return;
      }
      if (one.matches("input, textarea, select")) one.focus();
      else one.click();
    }
    event.preventDefault();
  });
})();
