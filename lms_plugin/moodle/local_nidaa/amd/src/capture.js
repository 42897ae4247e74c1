/* Built from lms_plugin/capture by "npm run build": change it there. GPL-3.0-or-later. Icons: Lucide, ISC. */
define("local_nidaa/capture",["exports"],function(exports){
var __defProp = Object.defineProperty;
var __defNormalProp = (obj, key, value) => key in obj ? __defProp(obj, key, { enumerable: true, configurable: true, writable: true, value }) : obj[key] = value;
var __publicField = (obj, key, value) => __defNormalProp(obj, typeof key !== "symbol" ? key + "" : key, value);

// src/diagnostics.ts
var RING = 20;
var RING_AGE = 12e4;
var PINGS = 3;
var BUDGET = 1200;
var ring = [];
function watch() {
  const note2 = (what) => () => {
    ring.push({ at: Date.now(), what });
    ring.splice(0, ring.length - RING);
  };
  for (const what of ["online", "offline", "error", "unhandledrejection"]) {
    addEventListener(what, note2(what));
  }
  document.addEventListener("visibilitychange", () => note2(document.hidden ? "hidden" : "visible")());
}
function collect(ping) {
  const facts = {};
  for (const part of [browser, connection, devices, ping ? (into) => pings(into, ping) : null]) {
    part?.(facts)?.catch?.(() => void 0);
  }
  return () => ({
    ...facts,
    online: navigator.onLine,
    events: ring.filter((one) => one.at > Date.now() - RING_AGE).map((one) => ({ ago_s: Math.round((Date.now() - one.at) / 1e3), what: one.what }))
  });
}
var here = navigator;
async function browser(into) {
  into.screen = `${innerWidth}x${innerHeight}`;
  into.cores = here.hardwareConcurrency;
  into.memory_gb = here.deviceMemory;
  if (here.userAgentData) {
    const told = await here.userAgentData.getHighEntropyValues(["platformVersion", "fullVersionList", "model"]);
    const brands = told.fullVersionList;
    into.browser = brands.filter((one) => !/not.?a.?brand/i.test(one.brand)).map((one) => `${one.brand} ${one.version}`).join(", ");
    into.platform = `${told.platform} ${told.platformVersion}`;
    into.mobile = told.mobile;
  } else {
    into.browser = navigator.userAgent.slice(0, 200);
  }
}
async function connection(into) {
  const { type, effectiveType, rtt, downlink, saveData } = here.connection ?? {};
  into.connection = here.connection && { type, effective: effectiveType, rtt_ms: rtt, downlink_mbps: downlink, save_data: saveData };
}
async function devices(into) {
  const found = await navigator.mediaDevices.enumerateDevices();
  const count2 = (kind) => found.filter((one) => one.kind === kind).length;
  into.devices = { microphones: count2("audioinput"), speakers: count2("audiooutput"), cameras: count2("videoinput") };
}
async function pings(into, url) {
  const took = [];
  const result = into.ping = { sent: PINGS, rtt_ms: took };
  await Promise.allSettled(Array.from({ length: PINGS }, async () => {
    const began = performance.now();
    const answer = await fetch(url, { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(BUDGET) });
    const rtt = performance.now() - began;
    took.push(Math.round(rtt));
    const skew = Date.now() - rtt / 2 - Date.parse(answer.headers.get("Date") ?? "");
    if (Math.abs(skew) > Math.max(rtt, 1500)) {
      result.clock_skew_ms = Math.round(skew);
    }
  }));
  result.lost = PINGS - took.length;
}

// icon:check
var check_default = [["path", { d: "M20 6 9 17l-5-5" }]];

// icon:smartphone
var smartphone_default = [["rect", { width: "14", height: "20", x: "5", y: "2", rx: "2", ry: "2" }], ["path", { d: "M12 18h.01" }]];

// icon:lightbulb
var lightbulb_default = [["path", { d: "M15 14c.2-1 .7-1.7 1.5-2.5 1-.9 1.5-2.2 1.5-3.5A6 6 0 0 0 6 8c0 1 .2 2.2 1.5 3.5.7.7 1.3 1.5 1.5 2.5" }], ["path", { d: "M9 18h6" }], ["path", { d: "M10 22h4" }]];

// src/reference.ts
function newId(now = Date.now()) {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  for (let at = 5, rest = now; at >= 0; at--, rest = Math.floor(rest / 256)) {
    bytes[at] = rest % 256;
  }
  bytes[6] = bytes[6] & 15 | 112;
  bytes[8] = bytes[8] & 63 | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
function referenceOf(id) {
  const nine = (BigInt("0x" + id.replace(/-/g, "").slice(-15)) % 1000000000n).toString().padStart(9, "0");
  let total = 0;
  [...nine].reverse().forEach((char, place) => {
    const value = Number(char) * (place % 2 ? 1 : 2);
    total += value > 9 ? value - 9 : value;
  });
  return `${nine}${(10 - total % 10) % 10}`.replace(/(...)(...)(...)/, "$1-$2-$3-");
}

// src/ui.ts
function el(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (name.startsWith("on")) {
      made.addEventListener(name.slice(2), value);
    } else if (name === "value" || name === "checked" || name === "disabled") {
      made[name] = value;
    } else if (value !== null && value !== void 0 && value !== false) {
      made.setAttribute(name, value === true ? "" : String(value));
    }
  }
  made.append(...nodes(children));
  return made;
}
function nodes(children) {
  return children.flat(9).filter((child) => child !== null && child !== void 0 && child !== false && child !== "").map((child) => child instanceof Node ? child : String(child));
}
var bdi = (text) => el("bdi", { dir: "auto" }, text);
var code = (text) => el("bdi", { dir: "ltr", class: "code" }, text);
function icon(shape, flip = false) {
  const make = (tag, attributes) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    Object.entries(attributes).forEach(([name, value]) => made.setAttribute(name, value));
    return made;
  };
  const svg = make("svg", { viewBox: "0 0 24 24", "aria-hidden": "true", class: flip ? "i flip" : "i" });
  svg.append(...shape.map(([tag, attributes]) => make(tag, attributes)));
  return svg;
}
function field(label, control, hint2) {
  const id = control.id || (control.id = "f" + ++count);
  const about = hint2 ? el("small", { id: id + "h" }, hint2) : null;
  if (about) {
    control.setAttribute("aria-describedby", about.id);
  }
  return el("div", { class: "field" }, el("label", { for: id }, label), about, control);
}
var count = 0;
function fault(control, text) {
  const id = control.id + "e";
  control.parentElement?.querySelector("#" + id)?.remove();
  control.toggleAttribute("aria-invalid", false);
  if (text) {
    control.setAttribute("aria-invalid", "true");
    control.setAttribute("aria-errormessage", id);
    control.after(el("p", { id, class: "fault", role: "alert" }, text));
    control.focus();
  }
}
var options = (pairs, chosen = "") => pairs.map(([value, label]) => el("option", { value, selected: value === chosen }, label));
function moment(words, iso) {
  const at = new Date(iso);
  const sameDay = at.toDateString() === (/* @__PURE__ */ new Date()).toDateString();
  const format = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  return new Intl.DateTimeFormat(
    words.language === "ar" ? "ar-SA-u-ca-gregory-nu-latn" : "en-GB",
    sameDay ? format : { ...format, weekday: "long", day: "numeric", month: "long" }
  ).format(at);
}

// src/follow.ts
var SLOWEST = 300;
var ON_ERROR = 30;
var Following = class {
  constructor(app) {
    __publicField(this, "app", app);
    __publicField(this, "all", /* @__PURE__ */ new Map());
    __publicField(this, "watchers", /* @__PURE__ */ new Set());
    __publicField(this, "timer", 0);
    app.queue.listen((news) => this.heard(news));
    document.addEventListener("visibilitychange", () => document.hidden || this.poll(1));
  }
  begin(id, symptom, text) {
    const followed = { id, symptom, safe: false, stored: null, refused: null, next: 0, reason: "", text };
    this.all.set(id, followed);
    return followed;
  }
  watch(watcher) {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }
  draw() {
    this.watchers.forEach((watcher) => watcher());
  }
  heard(news) {
    const followed = this.all.get(news.id);
    if (!followed) {
      return;
    }
    if (news.state === "stored") {
      followed.stored = news.stored;
      this.poll(news.stored?.delivered ? 5 : 2);
    } else if (news.state === "refused") {
      followed.refused = news.reason || "…";
    } else {
      followed.next = news.next;
      followed.reason = news.reason;
    }
    this.draw();
  }
  /** Asks in so many seconds where the reports stand; never while nobody can see it. */
  poll(seconds) {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(async () => {
      const ids = [...this.all.values()].filter((one) => one.stored && !over(one.stored)).map((one) => one.id);
      if (document.hidden || !ids.length) {
        return;
      }
      let next = ON_ERROR;
      try {
        for (const status of await this.app.host.status(ids.slice(-20))) {
          const followed = this.all.get(status.id);
          if (followed) {
            followed.stored = status;
          }
          next = Math.min(next, status.poll_after);
        }
        this.draw();
      } catch {
      }
      this.poll(Math.min(Math.max(next, 2), SLOWEST));
    }, seconds * 1e3);
  }
};
var over = (stored) => ["closed", "withdrawn"].includes(stored.state ?? "");
function stepOf(stored) {
  const happened = "timeline" in stored ? stored.timeline.map((one) => one.what) : [];
  const since = (what) => happened.lastIndexOf(what) > happened.lastIndexOf("reopen");
  const state = stored.state ?? "";
  if (["resolved", "closed"].includes(state) || since("solve")) {
    return 4;
  }
  if (["in_progress", "referred", "waiting", "reopened"].includes(state) || since("pick_up")) {
    return 3;
  }
  return happened.includes("see") ? 2 : 1;
}
function follow(app, following, id) {
  const { t } = app;
  const followed = following.all.get(id);
  const live = el("div", { class: "stack", "aria-live": "polite" });
  const asked = Date.now();
  const draw = () => live.replaceChildren(...lines(app, followed, asked));
  const slow = setTimeout(draw, 2500);
  const unwatch = following.watch(draw);
  draw();
  const inRoom = followed.symptom !== null;
  const rest = el(
    "div",
    { class: "stack" },
    inRoom && el(
      "div",
      { class: "note" },
      icon(lightbulb_default),
      el("p", null, el("b", null, t("try")), " ", t(hint(app, followed.symptom)))
    ),
    el("button", { type: "button", class: "main", onclick: () => app.panel.close() }, t(inRoom ? "return" : "close")),
    el("button", { type: "button", class: "link", onclick: () => app.panel.show(() => detail(app, followed)) }, t("detail"))
  );
  return {
    title: t(inRoom ? followed.symptom : "progress"),
    node: el("div", { class: "stack" }, live, rest),
    leave: () => {
      clearTimeout(slow);
      unwatch();
    }
  };
}
function lines(app, followed, asked) {
  const { t } = app;
  const { stored } = followed;
  const reference = el("p", { class: "fine" }, t("reference"), " ", code(stored?.reference ?? referenceOf(followed.id)));
  if (followed.refused) {
    return [
      note("late", smartphone_default, t("refused"), followed.refused),
      ...followed.text ? [el("p", null, t("refused_more")), el("p", { class: "said", dir: "auto" }, followed.text)] : [],
      el("button", { type: "button", class: "quiet", onclick: () => {
        void app.queue.forget(followed.id).then(() => app.panel.back());
      } }, t("discard"))
    ];
  }
  if (!stored) {
    const waiting = followed.next > 0 || Date.now() - asked > 2400;
    const seconds = Math.max(0, Math.round((followed.next - Date.now()) / 1e3));
    return [
      note(
        waiting ? "soon" : "",
        smartphone_default,
        t(waiting ? "saved" : "sending"),
        waiting && (followed.reason || t(followed.safe ? "saved_more" : "lost"))
      ),
      reference,
      ...followed.next ? [el(
        "p",
        { class: "row" },
        el("span", null, t("next_try", seconds)),
        el("button", { type: "button", class: "quiet", onclick: () => void app.queue.drain(true) }, t("again"))
      )] : []
    ];
  }
  if (stored.state === "parked") {
    return [note("soon", smartphone_default, t("parked"), t("parked_more")), reference];
  }
  const step = stepOf(stored);
  const others = stored.same_in_room;
  const last = "timeline" in stored ? stored.timeline[stored.timeline.length - 1]?.text : null;
  const told = [note("good", check_default, t(stored.delivered ? "arrived" : "kept"), !stored.delivered && t("kept_more")), reference];
  if (others !== null && followed.symptom) {
    told.push(el("p", null, t("others", others)));
  }
  if (stored.delivered) {
    told.push(el("ol", { class: "steps", "aria-label": t("progress") }, [1, 2, 3, 4].map((one) => el("li", {
      class: one < step ? "done" : one === step ? "now" : null,
      "aria-current": one === step && "step"
    }, t("step" + one + (one === 2 && !followed.symptom ? "b" : ""))))));
  }
  if (last) {
    told.push(el("p", { class: "fine", dir: "auto" }, last));
  }
  return told;
}
function note(tone, shape, title, text) {
  return el("div", { class: "note " + tone }, icon(shape), el("div", null, el("b", null, title), text && el("p", null, text)));
}
function hint(app, symptom) {
  const facts = app.diagnostics();
  if (facts.online === false) {
    return "hint_offline";
  }
  return symptom === "no_mic" && facts.devices?.microphones === 0 ? "hint_no_device" : "hint_" + symptom;
}
function detail(app, followed) {
  const { t } = app;
  const text = el("textarea", { maxlength: 2e4, required: true, dir: "auto" });
  const done2 = el("p", { role: "status" });
  const form = el("form", { onsubmit: (event) => {
    event.preventDefault();
    if (!text.value.trim()) {
      text.focus();
      return;
    }
    const id = newId();
    const unlisten = app.queue.listen((news) => {
      if (news.id === id) {
        done2.textContent = news.state === "stored" ? t("added") : news.state === "refused" ? news.reason : t("adding");
        unlisten();
      }
    });
    void app.queue.append({ id, report: followed.id, text: text.value }).then(() => {
      done2.textContent = t("adding");
      text.value = "";
      text.focus();
    });
  } }, field(t("detail_label"), text), el("button", { class: "main" }, t("add")), done2);
  return { title: t("detail"), node: form, focus: text };
}

// icon:x
var x_default = [["path", { d: "M18 6 6 18" }], ["path", { d: "m6 6 12 12" }]];

// icon:arrow-left
var arrow_left_default = [["path", { d: "m12 19-7-7 7-7" }], ["path", { d: "M19 12H5" }]];

// src/panel.ts
var Panel = class {
  constructor(root, t, left) {
    __publicField(this, "root", root);
    __publicField(this, "t", t);
    __publicField(this, "left", left);
    __publicField(this, "dialog");
    __publicField(this, "trail", []);
    __publicField(this, "view", null);
    /** Where focus was, also when the button that was pressed has gone meanwhile. */
    __publicField(this, "came", null);
    this.dialog = el("dialog", {
      class: "panel",
      "aria-labelledby": "nd-title",
      lang: t.language,
      dir: t.language === "ar" ? "rtl" : "ltr",
      onclose: () => this.closed(),
      onclick: (event) => event.target === this.dialog && this.outside(event) && this.close()
    });
    root.append(this.dialog);
  }
  get isOpen() {
    return this.dialog.open;
  }
  /** Shows a view; what was shown before is one step back, unless `instead`. */
  show(make, instead = false) {
    this.trail.splice(instead ? -1 : this.trail.length, 1, make);
    this.draw();
  }
  /** One step back; out of the panel from its first view. */
  back() {
    this.trail.pop();
    if (this.trail.length) {
      this.draw();
    } else {
      this.close();
    }
  }
  close() {
    this.dialog.close();
  }
  /** Draws a view anew, if it is the one that stands there, and leaves the keyboard where it was. */
  redraw(make) {
    if (this.trail[this.trail.length - 1] === make) {
      const at = [...this.dialog.querySelectorAll("button,select")].indexOf(this.root.activeElement);
      this.draw();
      if (at > 0) {
        this.dialog.querySelectorAll("button,select")[at]?.focus();
      }
    }
  }
  draw() {
    this.view?.leave?.();
    const view = this.view = this.trail[this.trail.length - 1]();
    const title = el("h2", { id: "nd-title", tabindex: -1 }, view.title);
    this.dialog.classList.toggle("wide", !!view.wide);
    this.dialog.replaceChildren(
      el(
        "div",
        { class: "head" },
        this.trail.length > 1 && this.button(arrow_left_default, "back", () => this.back(), true),
        title,
        this.button(x_default, "close", () => this.close())
      ),
      el("div", { class: "body" }, view.node)
    );
    if (!this.dialog.open) {
      this.came = this.root.activeElement ?? document.activeElement;
      this.dialog.showModal();
    }
    (view.focus ?? title).focus();
  }
  button(shape, word, press2, flip = false) {
    return el("button", { type: "button", class: "bare", "aria-label": this.t(word), onclick: press2 }, icon(shape, flip));
  }
  outside(event) {
    const box = this.dialog.getBoundingClientRect();
    return event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
  }
  closed() {
    this.view?.leave?.();
    this.view = null;
    this.trail.length = 0;
    this.dialog.replaceChildren();
    if (this.came?.isConnected) {
      this.came.focus();
    }
    this.left();
  }
};

// icon:mic-off
var mic_off_default = [["path", { d: "M12 19v3" }], ["path", { d: "M15 9.34V5a3 3 0 0 0-5.68-1.33" }], ["path", { d: "M16.95 16.95A7 7 0 0 1 5 12v-2" }], ["path", { d: "M18.89 13.23A7 7 0 0 0 19 12v-2" }], ["path", { d: "m2 2 20 20" }], ["path", { d: "M9 9v3a3 3 0 0 0 5.12 2.12" }]];

// icon:volume-x
var volume_x_default = [["path", { d: "M11 4.702a.7.7 0 0 0-1.203-.498L6.413 7.587A1.4 1.4 0 0 1 5.416 8H3a1 1 0 0 0-1 1v6a1 1 0 0 0 1 1h2.416a1.4 1.4 0 0 1 .997.413l3.383 3.384A.7.7 0 0 0 11 19.298z" }], ["path", { d: "m16.5 14.5 5-5" }], ["path", { d: "m16.5 9.5 5 5" }]];

// icon:video-off
var video_off_default = [["path", { d: "M10.66 6H14a2 2 0 0 1 2 2v2.5l5.248-3.062A.5.5 0 0 1 22 7.87v8.196" }], ["path", { d: "M16 16a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V8a2 2 0 0 1 2-2h2" }], ["path", { d: "m2 2 20 20" }]];

// icon:door-open
var door_open_default = [["path", { d: "M10 21H2" }], ["path", { d: "M10 3H7a2 2 0 00-2 2v16" }], ["path", { d: "M14 12h.01" }], ["path", { d: "M19 21V5a2 2 0 00-1.675-1.974l-6.163-1.013A1 1 0 0010 3v18a1 1 0 001.124.992z" }], ["path", { d: "M22 21h-3" }]];

// icon:screen-share-off
var screen_share_off_default = [["path", { d: "M13 3H4a2 2 0 0 0-2 2v10a2 2 0 0 0 2 2h16a2 2 0 0 0 2-2v-3" }], ["path", { d: "M8 21h8" }], ["path", { d: "M12 17v4" }], ["path", { d: "m22 3-5 5" }], ["path", { d: "m17 3 5 5" }]];

// icon:gauge
var gauge_default = [["path", { d: "m12 14 4-4" }], ["path", { d: "M3.34 19a10 10 0 1 1 17.32 0" }]];

// icon:user-x
var user_x_default = [["path", { d: "M16 21v-2a4 4 0 0 0-4-4H6a4 4 0 0 0-4 4v2" }], ["circle", { cx: "9", cy: "7", r: "4" }], ["line", { x1: "17", x2: "22", y1: "8", y2: "13" }], ["line", { x1: "22", x2: "17", y1: "8", y2: "13" }]];

// icon:captions-off
var captions_off_default = [["path", { d: "M10.5 5H19a2 2 0 0 1 2 2v8.5" }], ["path", { d: "M17 11h-.5" }], ["path", { d: "M19 19H5a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2" }], ["path", { d: "m2 2 20 20" }], ["path", { d: "M7 11h4" }], ["path", { d: "M7 15h2.5" }]];

// icon:circle-help
var circle_help_default = [["circle", { cx: "12", cy: "12", r: "10" }], ["path", { d: "M9.09 9a3 3 0 0 1 5.83 1c0 2-3 3-3 3" }], ["path", { d: "M12 17h.01" }]];

// src/press.ts
var FIRST = [
  ["no_mic", mic_off_default],
  ["no_sound", volume_x_default],
  ["no_video", video_off_default],
  ["cannot_join", door_open_default],
  ["no_screen_share", screen_share_off_default],
  ["slow", gauge_default]
];
var MORE = [["trainer_absent", user_x_default], ["no_captions", captions_off_default], ["other", circle_help_default]];
function press(app, following, further, asked) {
  const { t, context } = app;
  const rooms = context.rooms;
  let room = context.room ?? rooms[0]?.id ?? null;
  const choice = !context.room && rooms.length > 1 && field(t("room"), el("select", {
    onchange: (event) => {
      room = event.target.value;
    }
  }, options(rooms.map((one) => [one.id, one.name]), room ?? "")));
  const say = (symptom) => void report(app, following, symptom, room);
  const grid = (symptoms) => el("div", { class: "grid" }, symptoms.map(([symptom, shape]) => el("button", { type: "button", onclick: () => say(symptom) }, icon(shape), el("span", null, t(symptom)))));
  const more = () => ({ title: t("other"), node: el("div", { class: "stack" }, grid(MORE)) });
  const entry = (word, onclick) => el("button", { type: "button", class: "link", onclick }, t(word));
  const { links, can } = context;
  const node = el(
    "div",
    { class: "stack" },
    can.log && el("button", { type: "button", class: "main", onclick: () => further("log") }, t("log")),
    asked === "unreachable" && el("p", { class: "note soon", role: "status" }, t("unreachable")),
    asked === "loading" && room === null && el("p", { role: "status" }, t("loading")),
    room !== null && [el("p", { class: "fine" }, t("choose")), choice, grid(FIRST)],
    el(
      "div",
      { class: "foot" },
      room !== null && entry("other", () => app.panel.show(more)),
      entry("request", () => further("request")),
      entry("gaps", () => further("gaps")),
      entry("contact", () => further("contact")),
      ["mine", "board", "questions", "desk"].map((page) => links[page] && el("a", { class: "link", href: links[page], target: "_blank", rel: "noopener" }, t(page)))
    ),
    el("p", { class: "fine" }, t("notice"))
  );
  return { title: t("what"), node };
}
async function report(app, following, symptom, room) {
  const id = newId();
  const followed = following.begin(id, symptom, "");
  const kept = app.queue.add({
    id,
    kind: "session_problem",
    symptom,
    room,
    occurred_at: (/* @__PURE__ */ new Date()).toISOString(),
    locale: app.t.language,
    diagnostics: app.diagnostics()
  });
  app.panel.show(() => app.follow(id), true);
  await kept.then(() => {
    followed.safe = true;
  }, () => void 0);
  following.draw();
}

// src/host.ts
var Refusal = class extends Error {
  constructor(code2, reason, final) {
    super(reason);
    __publicField(this, "code", code2);
    __publicField(this, "reason", reason);
    __publicField(this, "final", final);
  }
};

// src/storage.ts
var NAME = "nidaa";
async function openStorage() {
  try {
    return await database();
  } catch {
    return plain();
  }
}
async function database() {
  const opening = indexedDB.open(NAME, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(NAME, { keyPath: "id" });
  const db = await done(opening);
  const store = (mode) => db.transaction(NAME, mode, { durability: "strict" }).objectStore(NAME);
  const change = (work) => new Promise((resolve, reject) => {
    const of = store("readwrite");
    of.transaction.oncomplete = () => resolve();
    of.transaction.onabort = of.transaction.onerror = () => reject(of.transaction.error);
    work(of);
  });
  return {
    all: () => done(store("readonly").getAll()),
    put: (item) => change((of) => of.put(item)),
    remove: (id) => change((of) => of.delete(id))
  };
}
function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
function plain() {
  const read = () => JSON.parse(localStorage.getItem(NAME) ?? "{}");
  const change = async (work) => {
    const items = read();
    work(items);
    localStorage.setItem(NAME, JSON.stringify(items));
  };
  return {
    all: async () => Object.values(read()),
    put: (item) => change((items) => {
      items[item.id] = item;
    }),
    remove: (id) => change((items) => {
      delete items[id];
    })
  };
}

// src/queue.ts
var FIRST_WAIT = 4e3;
var LONGEST_WAIT = 12e4;
var PATIENCE = 2e4;
var AT_ONCE = 20;
var Queue = class {
  constructor(host) {
    __publicField(this, "host", host);
    __publicField(this, "storage", openStorage());
    __publicField(this, "listeners", /* @__PURE__ */ new Set());
    __publicField(this, "timer", 0);
    __publicField(this, "draining", null);
    const wake = () => void (document.hidden || this.drain(true));
    addEventListener("online", wake);
    document.addEventListener("visibilitychange", wake);
  }
  /** Tells of everything that happens to items; returns how to stop listening. */
  listen(listener) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
  /** Saves reports, and begins to send them. Resolves when they are safe in this browser; rejects if they are not. */
  async add(...drafts) {
    await this.save(drafts.map((draft) => ({ ...this.blank(draft.id), draft: storable(draft) })));
  }
  /** The same for what is added to a report. */
  async append(addition) {
    await this.save([{ ...this.blank(addition.id), addition: storable(addition) }]);
  }
  /** This person's items that the host does not have, the oldest first. */
  async waiting() {
    const all = await (await this.storage).all();
    return all.filter((item) => item.person === this.host.person).sort((one, other) => one.at - other.at);
  }
  /** Forgets an item that was refused, once the person has seen it. */
  async forget(id) {
    await (await this.storage).remove(id);
    this.mark(await this.waiting());
  }
  /** Sends what is due; `now` also what was to wait a little longer. */
  drain(now = false) {
    return this.draining ?? (this.draining = this.locked(now).finally(() => {
      this.draining = null;
    }));
  }
  blank(id) {
    return { id, person: this.host.person, at: Date.now(), tries: 0, next: 0 };
  }
  async save(items) {
    const storage = await this.storage;
    for (const item of items) {
      await storage.put(item);
    }
    this.mark(items);
    void this.drain().then(() => this.drain());
  }
  /** What the launcher looks at, so that a page without waiting reports loads nothing more. */
  mark(items) {
    try {
      const key = "nidaa:" + this.host.person;
      if (items.some((item) => !item.refused)) {
        localStorage.setItem(key, "1");
      } else {
        localStorage.removeItem(key);
      }
    } catch {
    }
  }
  async locked(now) {
    if (navigator.locks) {
      await navigator.locks.request("nidaa:" + this.host.person, () => this.rounds(now));
    } else {
      await this.rounds(now);
    }
  }
  async rounds(now) {
    clearTimeout(this.timer);
    const until = now ? Infinity : Date.now();
    const due = (await this.waiting()).filter((item) => !item.refused && item.next <= until);
    const reports = due.filter((item) => item.draft);
    for (let at = 0; at < reports.length; at += AT_ONCE) {
      await this.send(reports.slice(at, at + AT_ONCE));
    }
    const left = await this.waiting();
    for (const item of due) {
      if (item.addition && !left.some((other) => other.id === item.addition.report)) {
        await this.sendAddition(item, item.addition);
      }
    }
    const rest = await this.waiting();
    this.mark(rest);
    const next = Math.min(...rest.filter((item) => !item.refused).map((item) => item.next));
    if (next < Infinity) {
      this.timer = window.setTimeout(() => void this.drain(), Math.max(next - Date.now(), 1e3));
    }
  }
  async send(items) {
    const answers = await patiently(this.host.send(items.map((item) => item.draft))).catch((error) => error);
    for (const [at, item] of items.entries()) {
      const answer = Array.isArray(answers) ? answers[at] : answers;
      if (answer && !(answer instanceof Error)) {
        await this.settle(item, { id: item.id, state: "stored", stored: answer });
      } else {
        await this.failed(item, answer);
      }
    }
  }
  async sendAddition(item, addition) {
    try {
      await patiently(this.host.add(addition));
      await this.settle(item, { id: item.id, state: "stored", stored: null });
    } catch (error) {
      await this.failed(item, error);
    }
  }
  async settle(item, news) {
    await (await this.storage).remove(item.id);
    this.tell(news);
  }
  /** Only a final "no" takes an item off its way, and even then the person keeps the text. */
  async failed(item, error) {
    const reason = error instanceof Refusal ? error.reason : "";
    if (error instanceof Refusal && error.final) {
      await (await this.storage).put({ ...item, refused: reason });
      this.tell({ id: item.id, state: "refused", reason });
      return;
    }
    const wait = Math.min(FIRST_WAIT * 2 ** item.tries, LONGEST_WAIT) * (0.75 + Math.random() / 2);
    const next = Date.now() + wait;
    await (await this.storage).put({ ...item, tries: item.tries + 1, next });
    this.tell({ id: item.id, state: "waiting", next, reason });
  }
  tell(news) {
    this.listeners.forEach((listener) => listener(news));
  }
};
function storable(said) {
  return JSON.parse(JSON.stringify(said, (_, value) => typeof value === "string" ? value.replace(/[\0\ud800-\udfff]/gu, "�") : value));
}
function patiently(promise) {
  return Promise.race([promise, new Promise((_, reject) => setTimeout(() => reject(new Error("slow")), PATIENCE))]);
}

// src/styles.ts
var COLOURS = `:host{all:initial;--surface:#fff;--fill:#eeece6;--line:#c9c6bd;--ink:#17212b;--ink2:#45505a;--accent:#0c5a6b;--on:#fff;
--soft:#e0eef0;--late:#8f1d16;--late0:#fbe8e5;--soon:#704300;--soon0:#fbeed2;--good:#175a33;--good0:#e2f1e6;
font:16px/1.65 system-ui,-apple-system,"Segoe UI","Noto Sans Arabic","Noto Sans",Tahoma,Arial,sans-serif;color:var(--ink)}
:host([data-dark]){--surface:#171e23;--fill:#2a343b;--line:#56636d;--ink:#e9edef;--ink2:#b9c3c9;--accent:#7ccfdd;--on:#0f1417;
--soft:#12333b;--late:#ffab9f;--late0:#3c1814;--soon:#f3c56d;--soon0:#36280d;--good:#8bd9a6;--good0:#11311e}`;
var LAUNCHER = `${COLOURS}
.launch{position:fixed;inset-block-end:calc(16px + var(--nidaa-lift,0px) + env(safe-area-inset-bottom));inset-inline-end:16px;z-index:1040;display:flex;
gap:10px;align-items:center;min-height:52px;max-width:calc(100vw - 96px);padding:6px 20px;border:0;border-radius:26px;
background:var(--accent);color:var(--on);font-weight:600;font-size:16px;line-height:1.5;font-family:inherit;cursor:pointer;
box-shadow:0 2px 6px #0003,0 8px 24px #0003}
.launch svg{width:24px;height:24px;flex:none}
.launch small{font-weight:400;font-size:14px;line-height:1.5;font-family:inherit;display:block}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
@media print{.launch{display:none}}`;
var PANEL = `
*,*::before{box-sizing:border-box}
.panel{position:fixed;inset:auto;inset-block-end:16px;inset-inline-end:16px;margin:0;padding:0;border:1px solid var(--line);
border-radius:16px;width:min(420px,calc(100vw - 32px));max-height:calc(100dvh - 32px);overflow:auto;background:var(--surface);
color:var(--ink);box-shadow:0 8px 40px #0004;font:inherit;text-align:start}
.panel.wide{width:min(720px,calc(100vw - 32px))}
.panel::backdrop{background:#0f141766}
@media(max-width:520px){.panel,.panel.wide{inset-inline:0;inset-block-end:0;width:100%;max-width:100%;max-height:92dvh;border-radius:16px 16px 0 0;
padding-block-end:env(safe-area-inset-bottom)}}
.head{position:sticky;inset-block-start:0;z-index:1;display:flex;align-items:center;gap:4px;padding:8px 12px;background:var(--surface)}
h2{flex:1;margin:0;padding-inline:8px;font-weight:600;font-size:20px;line-height:1.6;font-family:inherit;outline:0}
h3{margin:0;font-weight:600;font-size:16px;line-height:1.6;font-family:inherit}
p,ul,ol{margin:0;padding:0;list-style:none}
.body{padding:0 20px 20px}
.stack,form{display:grid;gap:14px;min-width:0}
.row{display:flex;flex-wrap:wrap;gap:8px;align-items:center}
button,.link,input,select,textarea{min-height:48px;font:inherit;color:inherit}
button{cursor:pointer}button:disabled{opacity:.6;cursor:default}
.bare{display:grid;place-items:center;width:48px;flex:none;border:0;border-radius:10px;background:none;color:var(--ink2)}
.bare:hover{background:var(--fill)}
.main,.quiet,.link{display:flex;align-items:center;justify-content:center;gap:8px;padding:8px 18px;border-radius:8px;border:1px solid var(--accent);
background:var(--accent);color:var(--on);font-weight:600;text-decoration:none}
.quiet,.link{background:none;color:var(--accent)}
.link{border-color:transparent;padding-inline:8px;text-decoration:underline;text-underline-offset:4px}
.grid{display:grid;grid-template-columns:1fr 1fr;gap:10px}
.grid button{display:grid;align-content:space-between;justify-items:start;gap:10px;min-height:92px;padding:12px;text-align:start;font-weight:600;
border:1px solid var(--accent);border-radius:10px;background:var(--soft);color:var(--ink)}
.grid .i{color:var(--accent)}
.i{width:24px;height:24px;flex:none;fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
[dir=rtl] .flip{transform:scaleX(-1)}
.foot{display:grid;border-block-start:1px solid var(--line);padding-block-start:8px}
.foot .link{justify-content:flex-start}
.fine,small{font-size:14px;color:var(--ink2)}
.note{display:flex;gap:12px;padding:12px 14px;border-radius:10px;background:var(--soft)}
.note.soon{background:var(--soon0);color:var(--soon)}.note.late{background:var(--late0);color:var(--late)}
.note.good{background:var(--good0);color:var(--good)}.note>:nth-child(2){flex:1;min-width:0}
.note .quiet{color:inherit;border-color:currentColor}
.field{display:grid;gap:4px}label{font-weight:600}
input,select,textarea{width:100%;padding:10px 12px;border:1px solid #6d7780;border-radius:8px;background:var(--surface)}
:host([data-dark]) input,:host([data-dark]) select,:host([data-dark]) textarea{border-color:var(--line);color-scheme:dark}
textarea{min-height:104px;resize:vertical}
input[type=checkbox],input[type=radio]{width:24px;min-height:24px;height:24px;margin:0;accent-color:var(--accent);flex:none}
.tick{display:flex;gap:12px;align-items:center;min-height:48px;font-weight:400}
[aria-invalid=true]{border:2px solid var(--late)}.fault{color:var(--late);font-size:14px}
.code{font-variant-numeric:tabular-nums;white-space:nowrap}
.steps{display:flex}
.steps li{flex:1;display:grid;justify-items:center;align-content:start;gap:6px;text-align:center;font-size:14px;line-height:1.5;color:var(--ink2);position:relative}
.steps li::before{content:"";width:16px;height:16px;border:2px solid #6d7780;border-radius:50%;background:var(--surface);z-index:1}
.steps li+li::after{content:"";position:absolute;inset-block-start:7px;inset-inline:-50% 50%;height:2px;background:var(--line)}
.steps .done,.steps .now{color:var(--ink)}.steps .now{font-weight:600}
.steps .done::before,.steps .now::before{background:var(--accent);border-color:var(--accent)}
.steps .done::after,.steps .now::after{background:var(--accent)!important}
.said{white-space:pre-wrap;overflow-wrap:anywhere;unicode-bidi:plaintext;text-align:start;padding:12px;border:1px solid var(--line);border-radius:8px}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
@media(prefers-reduced-motion:no-preference){.panel[open]{animation:up .18s}@keyframes up{from{opacity:0;translate:0 12px}}}`;
function style(root, css) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
}

// src/words.ts
function wordsOf(language, words) {
  const table = { ...words };
  const rules = new Intl.PluralRules(language);
  const numbers = new Intl.NumberFormat(language === "ar" ? "ar-u-nu-arab" : "en");
  const say = ((key, n, values = {}) => {
    const word = table[key];
    if (word === void 0) {
      throw new Error(`no word: ${key}`);
    }
    const text = typeof word === "string" ? word : word[rules.select(n ?? 0)] ?? word.other ?? "";
    return text.replace(/\{(\w+)\}/g, (_, name) => name === "n" ? say.digits(n ?? 0) : values[name] ?? "");
  });
  say.language = language;
  say.digits = (n) => numbers.format(n);
  say.learn = (tables) => void Object.assign(table, tables[language]);
  return say;
}
var latin = (text) => text.replace(/[٠-٩۰-۹]/g, (digit) => String("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹".indexOf(digit) % 10));

// src/capture.ts
var NOTHING = {
  course: { id: "", name: "" },
  room: null,
  rooms: [],
  can: { log: false, flag: false, ask: true },
  categories: [],
  staff: [],
  links: {}
};
function start(options2) {
  const { host, root } = options2;
  const t = wordsOf(host.language, options2.words);
  style(root, PANEL);
  watch();
  let facts = null;
  const app = {
    host,
    t,
    panel: new Panel(root, t, () => say()),
    queue: new Queue(host),
    context: NOTHING,
    diagnostics: () => facts?.() ?? {},
    follow: (id) => follow(app, following, following.all.has(id) ? id : following.begin(id, null, "").id)
  };
  const following = new Following(app);
  const say = () => {
    const last = [...following.all.values()].pop();
    options2.badge.textContent = last?.stored?.delivered && !app.panel.isOpen ? t("step" + stepOf(last.stored)) : "";
  };
  following.watch(say);
  let flows = null;
  const further = async (name) => {
    if (!flows) {
      const loaded = await options2.flows();
      style(root, loaded.css);
      flows = loaded.flows;
    }
    app.panel.show(() => flows[name](app));
  };
  app.context = { ...NOTHING, ...host.here };
  let asked = "loading";
  const first = () => press(app, following, (name) => void further(name).catch(() => {
    asked = "unreachable";
    app.panel.redraw(first);
  }), asked);
  const open = () => {
    facts = collect(options2.ping);
    app.panel.show(first);
    if (asked === "known") {
      return;
    }
    asked = "loading";
    host.context().then((context) => {
      app.context = context;
      asked = "known";
    }, () => {
      asked = "unreachable";
    }).then(() => app.panel.redraw(first));
  };
  return { open, resume: () => void app.queue.drain(true) };
}

// capture.entry.js
exports.start = start;
exports.el = el;
exports.bdi = bdi;
exports.code = code;
exports.icon = icon;
exports.field = field;
exports.fault = fault;
exports.options = options;
exports.moment = moment;
exports.newId = newId;
exports.referenceOf = referenceOf;
exports.latin = latin;
exports.Refusal = Refusal;
});
