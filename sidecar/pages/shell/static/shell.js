// What all live pages do: prove their forms, say what failed, and show whether the live stream stands.
(() => {
  // A failure is said over whatever is open, and stays until it is read or the next thing succeeds.
  const unsay = () => {
    for (const toast of document.querySelectorAll(".nd-toast")) {
      toast.remove();
    }
  };
  const said = (text) => {
    unsay();
    const toast = document.getElementById("toast").content.firstElementChild.cloneNode(true);
    toast.querySelector("span").textContent = text;
    toast.querySelector("button").addEventListener("click", unsay);
    (document.querySelector("dialog[open]") || document.getElementById("toasts")).append(toast);
  };

  document.addEventListener("htmx:configRequest", (event) => {
    const csrf = document.querySelector('meta[name="csrf"]');
    if (csrf) {
      event.detail.headers["X-CSRF"] = csrf.content;
    }
    event.detail.headers["Accept-Language"] = document.documentElement.lang; // a refusal, too, is in the page's language
  });
  // What nobody can see is not shown: a hidden tab neither reads what was said to its reader, nor minds a room. It asks at
  // once when it is seen again.
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (document.hidden && !pressed(event)) {
      event.preventDefault();
    }
  });
  // Only what somebody pressed is answered; that a page could not look again by itself, its stream shows.
  const pressed = (event) => ["click", "submit", "change"].includes(event.detail.requestConfig?.triggeringEvent?.type);
  const failed = (event) => {
    const { xhr } = event.detail;
    const plain = xhr && (xhr.getResponseHeader("Content-Type") || "").startsWith("text/plain");
    if (pressed(event) || (plain && xhr.status === 401)) {
      said(plain && xhr.responseText ? xhr.responseText : document.body.dataset.failed);
    } else if (!xhr || xhr.status === 0) {
      stands("lost"); // a connection that died in silence: the stream has not noticed yet
    }
  };
  for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, failed);
  }
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful && pressed(event)) {
      unsay();
    } else if (event.detail.successful && open && navigator.onLine) {
      stands("live");
    }
  });

  // The stream's state, as one word that people see: it stands, or it does not. One that ends is opened again at once,
  // so that only what lasts is called lost.
  let open = false;
  const GRACE = 4000; // milliseconds
  let missed = null;
  const look = () => document.body.dispatchEvent(new Event("news"));
  const stands = (state) => {
    clearTimeout(missed);
    missed = null;
    for (const mark of document.querySelectorAll("[data-stream]")) {
      mark.dataset.stream = state;
    }
  };
  const blind = () => stands("lost");
  document.addEventListener("htmx:sseOpen", (event) => {
    open = true;
    event.detail.source.addEventListener("blind", blind); // of what nothing on the page waits for, htmx says nothing
    if (missed !== null || document.querySelector('[data-stream="lost"]')) {
      look(); // at what happened meanwhile
    }
    stands("live");
  });
  document.addEventListener("htmx:sseError", () => {
    open = false;
    missed ??= setTimeout(() => stands("lost"), GRACE);
  });
  document.addEventListener("htmx:sseMessage", (event) => {
    if (event.detail.type === "news" && navigator.onLine) {
      stands("live");
    }
  });
  addEventListener("offline", () => stands("lost"));
  addEventListener("online", () => {
    look();
    if (open) {
      stands("live");
    }
  });
  // A tab that was hidden for an hour asks at once, whatever became of its stream.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") {
      look();
    }
  });
})();
