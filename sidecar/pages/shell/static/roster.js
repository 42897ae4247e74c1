// How many are ticked, and ticking all at once; without it, the form works as it stands.
(() => {
  const count = () => {
    const form = document.getElementById("pick");
    if (!form) {
      return;
    }
    const boxes = [...form.querySelectorAll('input[name="person"]')];
    const ticked = boxes.filter((box) => box.checked);
    const every = form.querySelector('input[name="all"]');
    const number = (several) => (every && every.checked ? "" : `(${several.length})`);
    form.querySelector("[data-flags]").textContent = number(ticked);
    form.querySelector("[data-reminds]").textContent = number(ticked.filter((box) => "remind" in box.dataset));
    const all = form.querySelector("[data-all]");
    all.hidden = boxes.length === 0;
    all.checked = boxes.length > 0 && ticked.length === boxes.length;
    all.indeterminate = ticked.length > 0 && ticked.length < boxes.length;
  };
  document.addEventListener("change", (event) => {
    if ("all" in event.target.dataset) {
      for (const box of document.querySelectorAll('#pick input[name="person"]')) {
        box.checked = event.target.checked;
      }
    }
    count();
  });
  document.addEventListener("htmx:afterSettle", count);
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }
  count();
})();
