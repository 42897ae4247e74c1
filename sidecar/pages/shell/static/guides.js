// The guides of the category that is chosen, beside the choice. Without a script those of the first one stand there.
const choice = document.getElementById("category");
const lists = [...document.querySelectorAll("[data-guides-of]")];
const box = document.getElementById("guides");

function show() {
  for (const list of lists) list.hidden = list.dataset.guidesOf !== choice.value;
  box.hidden = lists.every((list) => list.hidden);
}

if (choice && box) {
  choice.addEventListener("change", show);
  show();
}
