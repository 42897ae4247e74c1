// The board by keyboard: digits log, arrows move, letters act. Keys are where they are, whatever script they write.
(() => {
  const LETTERS = { KeyR: "R", KeyT: "T", KeyE: "E", KeyW: "W", KeyS: "S", KeyM: "M", KeyB: "B", KeyZ: "Z" };
  let current = null; // the card that keys act on, by its number
  let place = 0; // where it stands among the cards
  const works = document.getElementById("shortcuts") !== null; // whoever only watches a room has nothing to press
  if (works) {
    document.documentElement.dataset.keys = ""; // keys are heard from now on: their hints may be shown
  }

  const cards = () => [...document.querySelectorAll("[data-card]")];
  const card = () => document.getElementById(`card-${current}`);
  const typing = (element) => element.matches("input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]");

  const choose = (element) => {
    for (const one of cards()) {
      one.removeAttribute("aria-current");
    }
    if (element) {
      current = element.dataset.card;
      place = cards().indexOf(element);
      element.setAttribute("aria-current", "true");
    }
  };

  // Keys never act on a card that is not seen to be chosen: at first that is the first one, and when one is gone,
  // whichever came to stand in its place.
  const stay = () => {
    const all = cards();
    choose(card() || all[Math.min(place, all.length - 1)]);
  };

  const move = (by) => {
    const all = cards();
    const next = all[Math.max(0, Math.min(all.length - 1, all.indexOf(card()) + by))];
    if (next) {
      choose(next);
      next.focus();
    }
  };

  // What was pressed last is undone first, whichever card it is on: numbers of presses count up.
  const pressedOf = (button) => Number(button.form.getAttribute("action").split("/").pop());
  const lastPressed = () =>
    [...document.querySelectorAll('[data-key="Z"]')].sort((one, other) => pressedOf(other) - pressedOf(one))[0];

  const press = (key) => {
    const scope = key === "B" ? document : card();
    const found = key === "Z" ? lastPressed() : scope && scope.querySelector(`[data-key="${key}"]`);
    const missing = key === "B" && document.querySelector("#backup [data-missing]");
    if (found) {
      found.click();
    } else if (missing) {
      missing.closest("details").open = true;
      missing.hidden = false;
      document.getElementById("url").focus();
    }
    return Boolean(found || missing);
  };

  // Arabic-Indic and Persian digits are digits, too.
  const digitOf = (text) => {
    const at = "٠١٢٣٤٥٦٧٨٩".indexOf(text);
    const other = "۰۱۲۳۴۵۶۷۸۹".indexOf(text);
    const plain = "0123456789".indexOf(text);
    return text.length === 1 ? Math.max(at, other, plain) : -1;
  };

  const symptom = (digit) => {
    const radio = document.querySelector(`#quick-log [data-digit="${digit}"]`);
    if (radio) {
      radio.checked = true;
      document.getElementById("who").focus();
    }
    return Boolean(radio);
  };

  document.addEventListener("keydown", (event) => {
    if (!works || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || document.querySelector("dialog[open]")) {
      return;
    }
    if (typing(event.target)) {
      if (event.key === "Escape") {
        event.target.blur();
      }
      return;
    }
    const digit = digitOf(event.key);
    let done = false;
    if (digit > 0) {
      done = symptom(digit);
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      move(event.key === "ArrowDown" ? 1 : -1);
      done = true;
    } else if (event.key === "?" || event.key === "؟") {
      document.getElementById("shortcuts").showModal();
      done = true;
    } else if (event.key === "/" || (event.code === "Slash" && !event.shiftKey)) {
      document.getElementById("who").focus();
      done = true;
    } else if (LETTERS[event.code] && !event.repeat) {
      done = press(LETTERS[event.code]);
    }
    if (done) {
      event.preventDefault();
    }
  });

  document.addEventListener("focusin", (event) => {
    const inside = event.target.closest("[data-card]");
    if (inside && works) {
      choose(inside);
    }
  });
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (opener) {
      document.getElementById(opener.dataset.opens).showModal();
    }
  });

  // Fresh cards take the place of old ones many times a minute: what had the focus keeps it, what was open stays open.
  let kept = null;
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target.id !== "cards") {
      return;
    }
    const active = document.activeElement;
    const inside = active && active.closest("[data-card]");
    const path = inside && (active === inside ? "" : active.dataset.key || "");
    const opened = [...document.querySelectorAll("#cards details[open]")].map((one) => {
      const owner = one.closest("[data-card]");
      return owner ? owner.id : "";
    });
    kept = { card: inside && inside.id, path, opened };
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id === "dialogs" || event.detail.elt.id === "dialogs") {
      const dialog = document.querySelector("#dialogs dialog[data-show]");
      if (dialog && !dialog.open) {
        dialog.showModal();
      }
      return;
    }
    if (event.detail.target.id === "quick-log") {
      answered();
      return;
    }
    if (works) {
      stay();
    }
    const now = document.getElementById("cards");
    if (kept && now) {
      for (const id of kept.opened) {
        const details = id ? document.querySelector(`#${id} details`) : document.querySelector(".nd-solved");
        if (details) {
          details.open = true;
        }
      }
      const again = kept.card && (document.getElementById(kept.card) || card());
      if (again) {
        ((kept.path && again.querySelector(`[data-key="${kept.path}"]`)) || again).focus({ preventScroll: true });
      }
      kept = null;
    }
  });
  // What the log answers: the first thing to mend, or the digits again, so that the next one is not typed as a name.
  const answered = () => {
    const log = document.getElementById("quick-log");
    const wrong = log.querySelector("[autofocus]");
    const elsewhere = document.activeElement !== document.body && !log.contains(document.activeElement);
    if (wrong || !elsewhere) {
      (wrong || log.querySelector("fieldset")).focus({ preventScroll: !wrong });
    }
  };
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt;
    if (event.detail.successful && form.matches("[data-closes]")) {
      form.closest("dialog")?.close();
    }
  });
  // What the server answers to a refused form in a dialog belongs into the dialog.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.status === 422 && event.detail.requestConfig.elt.matches("[data-closes]")) {
      event.detail.target = document.getElementById("dialogs");
      event.detail.swapOverride = "innerHTML";
    }
  });

  // For whom: names that begin so, while somebody types; the server decides by the same rule.
  const folded = (name) =>
    name
      .replace(/[\u064b-\u065f\u0670\u0640]/g, "")
      .replace(/[أإآٱ]/g, "ا")
      .replace(/ى/g, "ي")
      .replace(/ة/g, "ه")
      .replace(/ؤ/g, "و")
      .replace(/ئ/g, "ي")
      .replace(/\s+/g, " ")
      .trim()
      .toLowerCase();

  const offered = (typed, roster) => {
    const wanted = folded(typed);
    if (!wanted) {
      return [];
    }
    const starts = roster.filter(([, , name]) => name.startsWith(wanted));
    return (starts.length ? starts : roster.filter(([, , name]) => ` ${name}`.includes(` ${wanted}`))).slice(0, 8);
  };

  const show = (who) => {
    const names = document.getElementById("who-names");
    const found = offered(who.value, JSON.parse(who.dataset.roster || "[]"));
    names.replaceChildren(
      ...found.map(([id, name], index) => {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "nd-name";
        button.dataset.person = id;
        if (index === 0) {
          button.setAttribute("aria-current", "true");
        }
        const isolated = document.createElement("bdi");
        isolated.textContent = name;
        button.append(isolated);
        return button;
      }),
    );
  };
  const take = (button) => {
    const form = button.closest("form");
    form.elements.person.value = button.dataset.person;
    form.elements.who.value = button.textContent;
    button.parentElement.replaceChildren();
  };

  document.addEventListener("input", (event) => {
    if (event.target.id === "who") {
      event.target.form.elements.person.value = "";
      show(event.target);
    }
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-person]");
    if (button) {
      take(button);
      document.getElementById("who").focus();
    }
  });
  // Enter takes the one who is offered first, so that a beginning of a name is enough; arrows choose another.
  document.addEventListener("keydown", (event) => {
    if (event.target.id !== "who" || event.isComposing) {
      return;
    }
    const names = [...document.querySelectorAll("#who-names [data-person]")];
    const at = names.findIndex((one) => one.hasAttribute("aria-current"));
    if (event.key === "Enter" && names.length) {
      take(names[Math.max(0, at)]);
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && names.length) {
      event.preventDefault();
      names[at]?.removeAttribute("aria-current");
      names[(at + (event.key === "ArrowDown" ? 1 : names.length - 1)) % names.length].setAttribute("aria-current", "true");
    }
  });

  if (works) {
    stay();
  }
})();
