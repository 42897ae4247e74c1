// One key each for what a page offers: links and buttons with `data-key`; j, k and Enter in lists; ? lists them all.
(() => {
  "use strict";
  const typing = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;
  const rows = () => [...document.querySelectorAll("[data-row]")];
  let at = -1;

  function move(step) {
    const all = rows();
    if (!all.length) return;
    all[at]?.classList.remove("at");
    at = Math.max(0, Math.min(all.length - 1, at + step));
    all[at].classList.add("at");
    all[at].querySelector("a")?.focus();
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
    }
    add("?", dialog.dataset.help);
    dialog.showModal();
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
    else {
      const one = [...document.querySelectorAll("[data-key]")].find((each) => each.dataset.key === event.key);
      if (!one) return;
      if (one.matches("input, textarea, select")) one.focus();
      else one.click();
    }
    event.preventDefault();
  });
})();
