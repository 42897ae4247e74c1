// The class presses without the page being loaded anew: what stands open in the frames stays open.
(() => {
  const said = document.getElementById("said");
  for (const form of document.forms) {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const body = new FormData(form, event.submitter);
      const buttons = [...document.querySelectorAll("form button")];
      buttons.forEach((one) => (one.disabled = true));
      said.textContent = said.dataset.wait;
      try {
        const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "text/plain" } });
        said.textContent = answer.ok ? await answer.text() : said.dataset.failed;
      } catch {
        said.textContent = said.dataset.failed;
      }
      buttons.forEach((one) => (one.disabled = false));
    });
  }
})();
