// What the check beside a field found is said at the field itself, too. The field is neither replaced nor left; without
// this, the form is checked when it is sent.
(() => {
  const mark = (field, wrong) => {
    if (wrong) {
      field.setAttribute("aria-invalid", "true");
    } else {
      field.removeAttribute("aria-invalid");
    }
  };
  // A warning that stands already stays, and with it what was ticked below it meanwhile.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target.querySelector("#anyway") && event.detail.serverResponse.includes('id="anyway"')) {
      event.detail.shouldSwap = false;
    }
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    const said = event.detail.target;
    const field = said.dataset.of && document.getElementById(said.dataset.of);
    if (field) {
      mark(field, said.querySelector("[data-wrong]") !== null);
    }
  });
  // Whoever says that the number is right has heard the warning.
  document.addEventListener("change", (event) => {
    if (event.target.id === "anyway") {
      mark(document.getElementById("national_id"), !event.target.checked);
    }
  });
})();
