// Two people on one case see each other, and each that the other has changed it. What is being written is left alone.
(() => {
  "use strict";
  const EVERY = 15000;
  const main = document.querySelector("[data-case]");
  if (!main) return;
  const presence = document.getElementById("presence");
  const changed = document.getElementById("changed");
  const writes = [...document.querySelectorAll("[data-writes]")];
  let version = Number(main.dataset.version);

  function show(others) {
    presence.replaceChildren(
      ...others.map((words) => {
        const line = document.createElement("p");
        line.className = "m-0";
        const tag = document.createElement("span");
        tag.className = "nd-tag nd-tag--soon";
        tag.textContent = words;
        line.append(tag);
        return line;
      }),
    );
  }

  async function tell() {
    if (document.hidden) return;
    const body = new URLSearchParams({ writing: writes.some((one) => one.value.trim()) ? "1" : "" });
    try {
      const answer = await fetch(`/desk/cases/${main.dataset.case}/here`, {
        method: "POST",
        body,
        headers: { "X-CSRF": main.dataset.csrf },
      });
      if (!answer.ok) return;
      const told = await answer.json();
      show(told.others);
      if (told.version !== version) {
        version = told.version;
        changed.hidden = false;
      }
    } catch {
      // The line is down; the next look tells.
    }
  }

  let soon = 0;
  for (const one of writes) {
    one.addEventListener("input", () => {
      clearTimeout(soon);
      soon = setTimeout(tell, 1500);
    });
  }
  setInterval(tell, EVERY);
  document.addEventListener("visibilitychange", tell);
  setTimeout(tell, 500);
})();
