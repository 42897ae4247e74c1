// The public form's proof of work. Whatever goes wrong here, the form is sent all the same: without a proof it is taken
// on stricter terms, and says so.
const LONGEST = 20_000; // milliseconds for which a slow telephone is waited for
const place = document.getElementById("proof");
const form = place?.closest("form");

if (form && window.isSecureContext && window.$altcha && window.Worker) {
  const { strings, challenge, worker, name } = place.dataset;
  window.$altcha.algorithms.set("PBKDF2/SHA-256", () => new Worker(worker));
  window.$altcha.i18n.set(document.documentElement.lang, JSON.parse(strings));
  const widget = document.createElement("altcha-widget");
  const set = {
    challenge, name, auto: "onfocus", type: "native", language: document.documentElement.lang,
    configuration: JSON.stringify({ hideFooter: true, hideLogo: true, humanInteractionSignature: false, minDuration: 0 }),
  };
  for (const [attribute, value] of Object.entries(set)) widget.setAttribute(attribute, value);
  place.append(widget);
  sendProven(widget);
}

/** Hold the form back until it is proven, or until that has failed or takes too long. */
function sendProven(widget) {
  let held = false;
  form.addEventListener("submit", (event) => {
    if (held) return;
    const state = widget.getState?.();
    if (!state || state === "verified") return;
    event.preventDefault();
    held = true;
    const sender = event.submitter;
    form.setAttribute("aria-busy", "true");
    proven(widget, state).finally(() => {
      form.removeAttribute("aria-busy");
      form.requestSubmit(sender);
      held = false;
    });
  });
}

function proven(widget, state) {
  return new Promise((resolve) => {
    const settled = (event) => {
      if (["verified", "error"].includes(event.detail?.state)) done();
    };
    const late = setTimeout(done, LONGEST);
    function done() {
      clearTimeout(late);
      widget.removeEventListener("statechange", settled);
      setTimeout(resolve); // the widget writes its answer into the form after it has said so
    }
    widget.addEventListener("statechange", settled);
    if (state !== "verifying") widget.verify().catch(done);
  });
}
