/* Built from lms_plugin/capture by "npm run build": change it there. GPL-3.0-or-later. Icons: Lucide, ISC. */
define("local_nidaa/capture",["exports"],function(exports){

// src/ring.ts
var AGE = 12e4;
var recent = (ring) => ring.map(([at, what]) => ({ ago_s: Math.round((Date.now() - at) / 1e3), what })).filter(({ ago_s }) => ago_s * 1e3 < AGE);

// src/diagnostics.ts
var PINGS = 3;
var BUDGET = 1200;
function collect(ping, ring) {
  const facts = {};
  for (const part of [browser, connection, devices, ping ? (into) => pings(into, ping) : null]) {
    part?.(facts)?.catch?.(() => void 0);
  }
  return () => ({
    ...facts,
    online: navigator.onLine,
    events: recent(ring)
  });
}
var here = navigator;
async function browser(into) {
  into.screen = `${innerWidth}x${innerHeight}`;
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
var check_default = "M20 6 9 17l-5-5";

// icon:smartphone
var smartphone_default = "M7 2h10a2 2 0 0 1 2 2v16a2 2 0 0 1 -2 2h-10a2 2 0 0 1 -2 -2v-16a2 2 0 0 1 2 -2zM12 18h.01";

// icon:lightbulb
var lightbulb_default = "M15 14c.2-1 .7-1.7 1.5-2.5 1-.9 1.5-2.2 1.5-3.5A6 6 0 0 0 6 8c0 1 .2 2.2 1.5 3.5.7.7 1.3 1.5 1.5 2.5M9 18h6M10 22h4";

// src/host.ts
var Refusal = class extends Error {
  constructor(code2, reason, final) {
    super(reason);
    this.code = code2;
    this.reason = reason;
    this.final = final;
  }
};

// src/storage.ts
var NAME = "nidaa";
async function openStorage() {
  const kept = await database().catch(plain).catch(() => ({
    all: async () => [],
    put: () => Promise.reject(new Error("nowhere")),
    remove: async () => void 0
  }));
  const held = /* @__PURE__ */ new Map();
  return {
    all: async () => [...new Map([...await kept.all().catch(() => []), ...held.values()].map((one) => [one.id, one])).values()],
    put: async (item) => {
      held.set(item.id, item);
      await kept.put(item);
      held.delete(item.id);
    },
    remove: async (id) => {
      held.delete(id);
      await kept.remove(id);
    }
  };
}
async function database() {
  const opening = indexedDB.open(NAME, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(NAME, { keyPath: "id" });
  const db = await done(opening);
  const store = (mode) => db.transaction(NAME, mode, { durability: "strict" }).objectStore(NAME);
  const change = (work) => new Promise((resolve, reject) => {
    const of = store("readwrite");
    of.transaction.oncomplete = () => resolve();
    of.transaction.onabort = () => reject(of.transaction.error);
    work(of);
  });
  return {
    all: async () => done(store("readonly").getAll()),
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
  const places = [sessionStorage, localStorage];
  const read = () => Object.assign({}, ...places.map((one) => JSON.parse(one.getItem(NAME) ?? "{}")));
  const change = async (work) => {
    const items = read();
    work(items);
    places.forEach((one) => one.setItem(NAME, JSON.stringify(items)));
  };
  localStorage.setItem(NAME, JSON.stringify(read()));
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
var REMEMBERED = 31536e3;
var Queue = class {
  #storage = openStorage();
  #listeners = /* @__PURE__ */ new Set();
  #host;
  #key;
  #timer = 0;
  #draining = null;
  constructor(host) {
    this.#host = host;
    this.#key = "nidaa:" + host.person;
    const wake = () => void (document.hidden || this.drain(true));
    addEventListener("online", wake);
    document.addEventListener("visibilitychange", wake);
  }
  /** Tells of everything that happens to items; returns how to stop listening. */
  listen(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  /**
   * Saves reports, and begins to send them. Resolves when they are safe in this browser; rejects if they are not, and sends
   * them all the same.
   */
  async add(...drafts) {
    const { place } = this.#host;
    await this.#save(drafts.map((draft) => ({ id: draft.id, draft: { ...draft, place } })));
  }
  /** The same for what is added to a report. */
  async append(addition) {
    await this.#save([{ id: addition.id, addition }]);
  }
  /** This person's items that the host does not have, the oldest first. */
  async waiting() {
    const all = await (await this.#storage).all();
    return all.filter((item) => item.person === this.#host.person).sort((one, other) => one.at - other.at);
  }
  /** Forgets an item that was refused, once the person has seen it, with what was added to it. */
  async forget(id) {
    for (const item of await this.waiting()) {
      if (item.id === id || item.addition?.report === id) {
        await this.#remove(item.id);
      }
    }
    this.#mark(await this.waiting());
  }
  /** Sends what is due; `now` also what was to wait a little longer. */
  drain(now = false) {
    return this.#draining ??= this.#alone(now).finally(() => {
      this.#draining = null;
    });
  }
  async #save(items) {
    const common = { person: this.#host.person, at: Date.now(), tries: 0, next: 0 };
    const saved = await Promise.allSettled(items.map((item) => this.#put({ ...storable(item), ...common })));
    this.#mark(items);
    void this.drain().then(() => this.drain());
    if (saved.some((one) => one.status === "rejected")) {
      throw new Error("not kept");
    }
  }
  async #put(item) {
    await (await this.#storage).put(item);
  }
  async #remove(id) {
    await (await this.#storage).remove(id).catch(() => void 0);
  }
  /**
   * What the launcher looks at, so that a page without waiting reports loads nothing more. A cookie too: an LMS may empty
   * `localStorage` whenever somebody signs in (Moodle does), and a session that ended is why a report waits.
   */
  #mark(items) {
    try {
      document.cookie = `${encodeURIComponent(this.#key)}=1; path=/; max-age=${items.length ? REMEMBERED : 0}; SameSite=Lax`;
      if (items.length) {
        localStorage.setItem(this.#key, "1");
      } else {
        localStorage.removeItem(this.#key);
      }
    } catch {
    }
  }
  /** One tab at a time; without locks (pages that are not encrypted have none) by a lease. */
  async #alone(now) {
    if (navigator.locks) {
      return navigator.locks.request(this.#key, () => this.#rounds(now));
    }
    const lease = this.#key + ":lease";
    try {
      if (Number(localStorage.getItem(lease)) > Date.now()) {
        this.#later(FIRST_WAIT);
        return;
      }
      localStorage.setItem(lease, String(Date.now() + PATIENCE));
    } catch {
    }
    await this.#rounds(now);
    try {
      localStorage.removeItem(lease);
    } catch {
    }
  }
  #later(wait) {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.drain(), wait);
  }
  async #rounds(now) {
    const until = now ? Infinity : Date.now();
    const due = (await this.waiting()).filter((item) => !item.refused && item.next <= until);
    const reports = due.filter((item) => item.draft);
    for (let at = 0; at < reports.length; at += AT_ONCE) {
      await this.#send(reports.slice(at, at + AT_ONCE));
    }
    const left = await this.waiting();
    for (const item of due) {
      if (item.addition && !left.some((other) => other.id === item.addition.report)) {
        await this.#sendAddition(item, item.addition);
      }
    }
    const rest = await this.waiting();
    this.#mark(rest);
    const next = Math.min(...rest.filter((item) => !item.refused).map((item) => item.next));
    clearTimeout(this.#timer);
    if (next < Infinity) {
      this.#later(Math.max(next - Date.now(), 1e3));
    }
  }
  async #send(items) {
    const answers = await patiently(this.#host.send(items.map((item) => item.draft))).catch((error) => error);
    for (const [at, item] of items.entries()) {
      const answer = Array.isArray(answers) ? answers[at] : answers;
      if (answer && !(answer instanceof Error)) {
        await this.#settle(item, { id: item.id, state: "stored", stored: answer });
      } else {
        await this.#failed(item, answer);
      }
    }
  }
  async #sendAddition(item, addition) {
    try {
      await patiently(this.#host.add(addition));
      await this.#settle(item, { id: item.id, state: "stored", stored: null });
    } catch (error) {
      await this.#failed(item, error);
    }
  }
  async #settle(item, news) {
    await this.#remove(item.id);
    this.#tell(news);
  }
  /** Only a final "no" takes an item off its way, and even then the person keeps the text. */
  async #failed(item, error) {
    const { id } = item;
    const reason = error instanceof Refusal ? error.reason : "";
    const refused = error instanceof Refusal && error.final;
    const wait = Math.min(FIRST_WAIT * 2 ** item.tries, LONGEST_WAIT) * (0.75 + Math.random() / 2);
    const next = Date.now() + wait;
    await this.#put({ ...item, ...refused ? { refused: reason || "…" } : { tries: item.tries + 1, next } }).catch(() => void 0);
    this.#tell(refused ? { id, state: "refused", reason, text: textOf(item) } : { id, state: "waiting", next, reason });
  }
  #tell(news) {
    this.#listeners.forEach((listener) => listener(news));
  }
};
function textOf({ draft, addition }) {
  return [draft?.text, draft?.action_taken, draft?.remedy_sought, addition?.text].filter(Boolean).join("\n\n");
}
function storable(said) {
  return JSON.parse(JSON.stringify(said, (_, value) => typeof value === "string" ? value.replace(/[\0\ud800-\udfff]/gu, "�") : value));
}
function patiently(promise) {
  return Promise.race([promise, new Promise((_, reject) => setTimeout(() => reject(new Error("slow")), PATIENCE))]);
}

// src/following.ts
var SLOWEST = 300;
var ON_ERROR = 15;
var MOST = 20;
var LATELY = 6 * 36e5;
var SENDING = 6e4;
var Following = class {
  constructor(host, queue) {
    this.all = /* @__PURE__ */ new Map();
    this.#watchers = /* @__PURE__ */ new Set();
    /** When what has stood in the open panel was said; the words themselves are not kept. */
    this.#read = [];
    this.#timer = 0;
    this.#errors = 0;
    this.#host = host;
    this.#queue = queue;
    this.#key = "nidaa:" + host.person + ":seen";
    queue.listen((news) => this.#heard(news));
    document.addEventListener("visibilitychange", () => document.hidden || this.#poll(1));
  }
  #watchers;
  #host;
  #queue;
  #key;
  #read;
  #timer;
  #errors;
  begin(id, symptom, text, more = {}) {
    const followed = { id, symptom, safe: false, unknown: false, stored: null, refused: null, next: 0, reason: "", text, at: Date.now(), room: null, ...more };
    this.all.set(id, followed);
    const rows = this.#remembered();
    if (!rows.some(([one]) => one === id)) {
      this.#remember([...rows, [id, symptom, followed.at, followed.room]]);
    }
    return followed;
  }
  /** What was made lately on another page, and what waits in this browser. */
  async recall() {
    const before = this.#remembered();
    try {
      this.#read = JSON.parse(localStorage.getItem(this.#key + ":read")) ?? this.#read;
    } catch {
    }
    const waiting = await this.#queue.waiting();
    for (const item of waiting) {
      const { id, draft, refused, next, at } = item;
      if ((draft || refused) && !this.all.has(id)) {
        this.begin(id, draft?.symptom ?? null, textOf(item), { safe: true, refused: refused ?? null, next, at, room: draft?.room ?? null });
      }
    }
    for (const [id, symptom, at, room] of before) {
      if (!this.all.has(id) && this.here(room)) {
        this.begin(id, symptom, "", { safe: true, unknown: true, at, room });
      }
    }
    for (const one of this.all.values()) {
      one.unknown ||= one.safe && !one.stored && !one.refused && !waiting.some(({ id }) => id === one.id);
    }
    this.#remember(this.#remembered());
    this.#poll(0);
  }
  /** Whether a room is one of this page's. Of others nothing stands on the screen, and what is asked for counts as shown. */
  here(room) {
    const { here: here2 } = this.#host;
    return !room || !here2 || [here2.room, ...here2.rooms.map(({ id }) => id)].includes(room);
  }
  /** What the person was told of these reports and has not had in the open panel, once each, oldest first. */
  unread(...some) {
    const said = some.flatMap(({ stored }) => stored?.said ?? []).filter(({ at }) => !this.#read.includes(at));
    return [...new Map(said.map((one) => [one.at, one])).values()].sort((one, other) => one.at < other.at ? -1 : 1);
  }
  /** All that was said of a report stands in the open panel. */
  read(followed) {
    const fresh = this.unread(followed);
    if (fresh.length) {
      this.#read.push(...fresh.map(({ at }) => at));
      try {
        localStorage.setItem(this.#key + ":read", JSON.stringify(this.#read.slice(-99)));
      } catch {
      }
      this.draw();
    }
  }
  watch(watcher) {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }
  draw() {
    this.#watchers.forEach((watcher) => watcher());
  }
  /** What the person has seen the end of. */
  forget(id) {
    this.all.delete(id);
    this.#remember(this.#remembered().filter(([one]) => one !== id));
  }
  /** For the next page, whose launcher looks whether anything stands there. Other tabs do the same: what they wrote stays. */
  #remember(rows) {
    try {
      if (rows.length) {
        localStorage.setItem(this.#key, JSON.stringify(rows.slice(-MOST)));
      } else {
        localStorage.removeItem(this.#key);
      }
    } catch {
    }
  }
  #remembered() {
    try {
      return JSON.parse(localStorage.getItem(this.#key) ?? "[]").filter(([, , at]) => at > Date.now() - LATELY);
    } catch {
      return [];
    }
  }
  #heard(news) {
    const followed = this.all.get(news.id) ?? (news.state === "refused" ? this.begin(news.id, null, news.text) : null);
    if (!followed) {
      this.#poll(1);
      return;
    }
    if (news.state === "stored") {
      followed.stored = news.stored;
      followed.unknown = false;
      this.#poll(news.stored?.delivered ? 5 : 2);
    } else if (news.state === "refused") {
      followed.refused = news.reason || "…";
      followed.text ||= news.text;
    } else {
      followed.next = news.next;
      followed.reason = news.reason;
    }
    this.draw();
  }
  /** Asks in so many seconds where the reports stand; never while nobody can see it, and less often where no answer comes. */
  #poll(seconds) {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(async () => {
      const ids = [...this.all.values()].filter((one) => (one.unknown || one.stored && !over(one.stored)) && this.here(one.room)).map((one) => one.id);
      if (document.hidden || !ids.length) {
        return;
      }
      let next = SLOWEST;
      try {
        const found = await this.#host.status(ids.slice(-MOST));
        for (const followed of this.all.values()) {
          const status = found.find((one) => one.id === followed.id);
          if (status) {
            followed.stored = status;
            followed.answered = asked(status) ? followed.answered : void 0;
            next = Math.min(next, status.poll_after);
          }
          if (followed.unknown && (status ? over(status) && !this.unread(followed).length : followed.at < Date.now() - SENDING)) {
            this.forget(followed.id);
          } else if (followed.unknown && !status) {
            next = ON_ERROR;
          }
          followed.unknown &&= !status;
        }
        this.#errors = 0;
        this.draw();
      } catch {
        next = ON_ERROR * 2 ** this.#errors++;
      }
      this.#poll(Math.min(Math.max(next, 2), SLOWEST));
    }, seconds * 1e3);
  }
};
var asked = (stored) => !!stored && "asks_works" in stored && !!stored.asks_works;
var asks = ({ stored, answered }) => asked(stored) && answered === void 0;
var over = (stored) => ["closed", "withdrawn"].includes(stored.state ?? "") && !asked(stored);

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
  svg.append(make("path", { d: shape }));
  return svg;
}
function field(label, control, hint2) {
  const id = control.id ||= "f" + ++count;
  const about = hint2 ? el("small", { id: id + "h" }, hint2) : null;
  if (about) {
    control.setAttribute("aria-describedby", about.id);
  }
  return el("div", { class: "field" }, el("label", { for: id }, label), about, control);
}
var count = 0;
var ago = (t, iso, now = Date.now()) => t("minutes", Math.max(1, Math.floor((now - Date.parse(iso)) / 6e4)));

// src/follow.ts
var LONG = 2e3;
function stepOf(stored, answered) {
  const happened = "timeline" in stored ? stored.timeline.map((one) => one.what) : [];
  const since = (what) => happened.lastIndexOf(what) > Math.max(happened.lastIndexOf("reopen"), happened.lastIndexOf("refuse"));
  const state = answered === false ? "reopened" : stored.state ?? "";
  if (["resolved", "closed"].includes(state) || state !== "reopened" && since("solve")) {
    return 4;
  }
  if (["in_progress", "referred", "waiting", "reopened"].includes(state) || since("pick_up")) {
    return 3;
  }
  return happened.includes("see") ? 2 : 1;
}
function standing(followed) {
  const { stored, refused, next, symptom, unknown } = followed;
  if (refused) {
    return "refused";
  }
  if (!stored) {
    return unknown ? "loading" : next ? "saved" : "sending";
  }
  if (stored.state === "parked") {
    return "parked";
  }
  const step = stored.delivered && stepOf(stored, followed.answered);
  return step ? "step" + step + (step === 2 && !symptom ? "b" : "") : "kept";
}
var named = ({ id, stored }) => code(stored?.reference ?? referenceOf(id));
var newest = (t, said) => [
  bdi(said[said.length - 1].text),
  ...said.length > 1 ? [code("+" + t.digits(said.length - 1))] : []
];
function follow(app, following, id) {
  const { t, panel, queue } = app;
  const followed = following.all.get(id);
  const { symptom } = followed;
  const began = Date.now();
  const live = el("div", { class: "stack", "aria-live": "polite" });
  const countdown = el("span");
  const wait = el(
    "div",
    { class: "row" },
    countdown,
    el("button", { type: "button", class: "quiet", onclick: () => void queue.drain(true) }, t("again"))
  );
  const more = el("button", { type: "button", class: "link", onclick: () => panel.show(() => detail(app, followed)) }, t("detail"));
  const answered = el("p", { role: "status" });
  const answer = (works) => {
    followed.answered = works;
    queue.append({ id: newId(), report: id, text: "", works }).then(
      () => {
        answered.textContent = t(works ? "works_thanks" : "fails_thanks");
      },
      () => {
        answered.textContent = t("lost");
      }
    );
    draw();
  };
  const ask = el("div", { class: "note good" }, el("div", null, el("b", null, t("works_ask")), el(
    "div",
    { class: "row" },
    el("button", { type: "button", class: "main", onclick: () => answer(true) }, t("works")),
    el("button", { type: "button", class: "quiet", onclick: () => answer(false) }, t("fails"))
  )));
  const discard = el("button", { type: "button", class: "quiet", onclick: () => {
    following.forget(id);
    void queue.forget(id).then(() => panel.back());
  } }, t("discard"));
  const draw = () => {
    const { next, stored, refused } = followed;
    put(live, lines(t, followed, Date.now() - began > LONG, began));
    if (panel.isOpen && !document.hidden) {
      following.read(followed);
    }
    countdown.textContent = t("next_try", Math.max(0, Math.round((next - Date.now()) / 1e3)));
    wait.hidden = !next || !!stored || !!refused;
    ask.hidden = !asks(followed);
    more.hidden = !!refused;
    discard.hidden = !refused;
  };
  const timer = setInterval(draw, 500);
  const unwatch = following.watch(draw);
  draw();
  return {
    title: t(symptom ?? "progress"),
    node: el(
      "div",
      { class: "stack" },
      live,
      ask,
      answered,
      wait,
      discard,
      symptom && el("div", { class: "note" }, icon(lightbulb_default), el("p", null, el("b", null, t("try")), " ", t(hint(app, symptom)))),
      el("button", { type: "button", class: "main", onclick: () => panel.close() }, t(symptom ? "return" : "close")),
      more
    ),
    leave: () => {
      clearInterval(timer);
      unwatch();
    }
  };
}
function put(node, children) {
  const fresh = node.cloneNode();
  fresh.append(...children);
  if (!fresh.isEqualNode(node)) {
    node.replaceChildren(...fresh.childNodes);
  }
}
function lines(t, followed, long, now) {
  const { stored, refused, symptom, text } = followed;
  const reference = el("p", null, t("reference"), " ", named(followed));
  const word = standing(followed);
  if (refused) {
    return [
      note("late", smartphone_default, t(word), refused),
      ...text ? [el("p", null, t("refused_more")), el("p", { class: "said", dir: "auto" }, text)] : []
    ];
  }
  if (!stored) {
    const waits = word === "saved" || long && !followed.unknown;
    return [
      note(waits ? "soon" : "", smartphone_default, t(waits ? "saved" : word), waits && (followed.reason || t(followed.safe ? "saved_more" : "lost"))),
      reference
    ];
  }
  if (word === "parked") {
    return [note("soon", smartphone_default, t(word), t("parked_more")), reference];
  }
  const { same_in_room: others, delivered } = stored;
  const step = stepOf(stored, followed.answered);
  const told = "timeline" in stored ? stored : null;
  const last = told && told.timeline[told.timeline.length - 1]?.text;
  return [
    note("good", check_default, t(delivered ? "step1" : word), !delivered && t("kept_more")),
    reference,
    told?.since && (told.already_known || told.joined_known) && el("p", null, t("known", 0, { ago: ago(t, told.since, now) })),
    others !== null && symptom && el("p", null, t("others", others)),
    delivered && el("ol", { class: "steps", "aria-label": t("progress") }, [1, 2, 3, 4].map((one) => el("li", {
      class: one < step ? "done" : one === step ? "now" : null,
      "aria-current": one === step && "step"
    }, t("step" + one + (one === 2 && !symptom ? "b" : ""))))),
    ...[...told?.said ?? []].reverse().map((one) => el("p", { class: "said", dir: "auto" }, one.text)),
    last && el("p", { class: "fine", dir: "auto" }, last)
  ].filter((one) => !!one);
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
function detail({ t, queue }, followed) {
  const text = el("textarea", { maxlength: 2e4, required: true, dir: "auto" });
  const done2 = el("p", { role: "status" });
  let leave;
  const form = el("form", { onsubmit: (event) => {
    event.preventDefault();
    const said = text.value;
    if (said.trim()) {
      const id = newId();
      leave?.();
      leave = queue.listen((news) => {
        if (news.id === id) {
          done2.textContent = news.state === "refused" ? news.reason : t(news.state === "stored" ? "added" : "adding");
          if (news.state === "refused") {
            text.value ||= said;
          }
        }
      });
      done2.textContent = t("adding");
      text.value = "";
      queue.append({ id, report: followed.id, text: said }).catch(() => {
        done2.textContent = t("lost");
      });
    }
    text.focus();
  } }, field(t("detail_label"), text), el("button", { class: "main" }, t("add")), done2);
  return { title: t("detail"), node: form, focus: text, leave: () => leave?.() };
}

// icon:x
var x_default = "M18 6 6 18M6 6l12 12";

// icon:arrow-left
var arrow_left_default = "M12 19l-7-7 7-7M19 12H5";

// src/panel.ts
var Panel = class {
  constructor(root, t, left) {
    this.root = root;
    this.t = t;
    this.left = left;
    this.#dialog = el("dialog", {
      class: "panel",
      "aria-labelledby": "nd-title",
      lang: t.language,
      dir: t.language === "ar" ? "rtl" : "ltr",
      onclose: () => this.#closed(),
      onclick: (event) => event.target === this.#dialog && this.#outside(event) && this.close()
    });
    root.append(this.#dialog);
  }
  #dialog;
  #trail = [];
  #view = null;
  /** Where focus was, also when the button that was pressed has gone meanwhile. */
  #came = null;
  get isOpen() {
    return this.#dialog.open;
  }
  /** Shows a view; what was shown before is one step back, unless `instead`. */
  show(make, instead = false) {
    this.#trail.splice(instead ? -1 : this.#trail.length, 1, make);
    this.#draw();
  }
  /** One step back; out of the panel from its first view. */
  back() {
    this.#trail.pop();
    if (this.#trail.length) {
      this.#draw();
    } else {
      this.close();
    }
  }
  close() {
    this.#dialog.close();
  }
  /** Draws a view anew, if it is the one that stands there, and leaves the keyboard where it was. */
  redraw(make) {
    if (this.#trail[this.#trail.length - 1] === make) {
      const at = [...this.#dialog.querySelectorAll("button,select")].indexOf(this.root.activeElement);
      this.#draw();
      if (at > 0) {
        this.#dialog.querySelectorAll("button,select")[at]?.focus();
      }
    }
  }
  #draw() {
    this.#view?.leave?.();
    const view = this.#view = this.#trail[this.#trail.length - 1]();
    const title = el("h2", { id: "nd-title", tabindex: -1 }, view.title);
    this.#dialog.classList.toggle("wide", !!view.wide);
    this.#dialog.replaceChildren(
      el(
        "div",
        { class: "head" },
        this.#trail.length > 1 && this.#button(arrow_left_default, "back", () => this.back(), true),
        title,
        this.#button(x_default, "close", () => this.close())
      ),
      el("div", { class: "body" }, view.node)
    );
    if (!this.#dialog.open) {
      this.#came = this.root.activeElement ?? document.activeElement;
      this.#dialog.showModal();
    }
    (view.focus ?? title).focus();
  }
  #button(shape, word, press2, flip = false) {
    return el("button", { type: "button", class: "bare", "aria-label": this.t(word), onclick: press2 }, icon(shape, flip));
  }
  #outside(event) {
    const box = this.#dialog.getBoundingClientRect();
    return event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
  }
  #closed() {
    this.#view?.leave?.();
    this.#view = null;
    this.#trail.length = 0;
    this.#dialog.replaceChildren();
    if (this.#came?.isConnected) {
      this.#came.focus();
    }
    this.left();
  }
};

// icon:mic-off
var mic_off_default = "M12 19v3M15 9.34V5a3 3 0 0 0-5.68-1.33M16.95 16.95A7 7 0 0 1 5 12v-2M18.89 13.23A7 7 0 0 0 19 12v-2M2 2l20 20M9 9v3a3 3 0 0 0 5.12 2.12";

// icon:volume-x
var volume_x_default = "M11 4.702a.7.7 0 0 0-1.203-.498L6.413 7.587A1.4 1.4 0 0 1 5.416 8H3a1 1 0 0 0-1 1v6a1 1 0 0 0 1 1h2.416a1.4 1.4 0 0 1 .997.413l3.383 3.384A.7.7 0 0 0 11 19.298zM16.5 14.5l5-5M16.5 9.5l5 5";

// icon:video-off
var video_off_default = "M10.66 6H14a2 2 0 0 1 2 2v2.5l5.248-3.062A.5.5 0 0 1 22 7.87v8.196M16 16a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V8a2 2 0 0 1 2-2h2M2 2l20 20";

// icon:door-open
var door_open_default = "M10 21H2M10 3H7a2 2 0 00-2 2v16M14 12h.01M19 21V5a2 2 0 00-1.675-1.974l-6.163-1.013A1 1 0 0010 3v18a1 1 0 001.124.992zM22 21h-3";

// icon:screen-share-off
var screen_share_off_default = "M13 3H4a2 2 0 0 0-2 2v10a2 2 0 0 0 2 2h16a2 2 0 0 0 2-2v-3M8 21h8M12 17v4M22 3l-5 5M17 3l5 5";

// icon:gauge
var gauge_default = "M12 14l4-4M3.34 19a10 10 0 1 1 17.32 0";

// icon:user-x
var user_x_default = "M16 21v-2a4 4 0 0 0-4-4H6a4 4 0 0 0-4 4v2M5 7a4 4 0 1 0 8 0a4 4 0 1 0 -8 0M17 8L22 13M22 8L17 13";

// icon:captions-off
var captions_off_default = "M10.5 5H19a2 2 0 0 1 2 2v8.5M17 11h-.5M19 19H5a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2M2 2l20 20M7 11h4M7 15h2.5";

// icon:circle-help
var circle_help_default = "M2 12a10 10 0 1 0 20 0a10 10 0 1 0 -20 0M9.09 9a3 3 0 0 1 5.83 1c0 2-3 3-3 3M12 17h.01";

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
var RECENT = 3;
function press(app, following, further, asked2) {
  const { t, context, panel } = app;
  const { links, can, rooms } = context;
  const button = (kind, word, onclick) => el("button", { type: "button", class: kind, onclick }, word);
  const symptoms = (room2, ...more) => {
    const buttons = /* @__PURE__ */ new Map();
    const grid = (some) => el("div", { class: "grid" }, some.map(([symptom, shape]) => {
      const one = el(
        "button",
        { type: "button", onclick: () => void report(app, following, symptom, room2) },
        icon(shape),
        el("span", null, t(symptom))
      );
      buttons.set(symptom, one);
      return one;
    }));
    const first = el("div", { class: "stack" }, el("p", null, t("choose")), grid(FIRST));
    const others2 = grid(MORE);
    void (can.log || app.known(room2).then((known) => {
      const rows = known.flatMap(({ symptom, since, people, declared }) => {
        const mine = [...following.all.values()].some((one2) => one2.symptom === symptom && one2.room === room2 && !one2.refused && standing(one2) !== "step4");
        const one = buttons.get(symptom);
        const what = one && { what: t(symptom), ago: ago(t, since) };
        return mine || !one ? [] : el("div", { class: "note" }, one.firstChild.cloneNode(true), el(
          "div",
          { class: "row" },
          el("p", null, el("b", null, declared ? t("manager_knows", 0, what) : what.what + " · " + what.ago), people && ". " + t("others", people)),
          button("quiet", t("me_too"), () => one.click())
        ));
      });
      beside(first, rows.slice(0, RECENT));
    }));
    return [
      first,
      el(
        "div",
        { class: "foot" },
        button("link", t("other"), () => panel.show(() => ({ title: t("other"), node: others2 }))),
        more
      )
    ];
  };
  const room = context.room ?? (rooms.length === 1 ? rooms[0].id : null);
  const others = [
    ...["request", "gaps", "contact"].map((flow) => button("link", t(flow), () => further(flow))),
    ...["mine", "board", "questions", "desk"].map((page) => links[page] && el("a", { class: "link", href: links[page], target: "_blank", rel: "noopener" }, t(page)))
  ];
  const node = el(
    "div",
    { class: "stack" },
    [...following.all.values()].slice(-RECENT).map((one) => button(
      one.refused ? "quiet note late" : "quiet",
      el("span", null, t(standing(one)), " · ", one.symptom ? t(one.symptom) : named(one)),
      () => panel.show(() => app.follow(one.id))
    )),
    can.log && button("main", t("log"), () => further("log")),
    asked2 === "unreachable" && el("p", { class: "note soon", role: "status" }, t("unreachable")),
    asked2 === "loading" && !room && !rooms.length && el("p", { role: "status" }, t("loading")),
    room ? symptoms(room, ...others) : [
      // On the course's page nothing is chosen beforehand: reported of the wrong room it would help nobody.
      rooms.length > 0 && el("p", null, t("which")),
      rooms.map((one) => button("quiet", bdi(one.name), () => panel.show(() => ({ title: one.name, node: el("div", { class: "stack" }, symptoms(one.id)) })))),
      el("div", { class: "foot" }, others)
    ],
    el("p", { class: "fine" }, t("notice"))
  );
  return { title: t("what"), node };
}
function beside(symptoms, known) {
  const top = () => Math.round(symptoms.getBoundingClientRect().top);
  const stood = top();
  symptoms.before(...known);
  if (top() !== stood) {
    symptoms.after(...known);
  }
}
async function report(app, following, symptom, room) {
  const id = newId();
  const followed = following.begin(id, symptom, "", { room });
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

// src/look.ts
function style(root, css) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
}

// src/styles.ts
var PANEL = `
*,*::before{box-sizing:border-box}
.panel{position:fixed;inset:auto;bottom:16px;inset-inline-end:16px;margin:0;padding:0;border:1px solid var(--line);
border-radius:16px;width:min(420px,calc(100vw - 32px));max-height:calc(100dvh - 32px);overflow:auto;background:var(--surface);
color:var(--ink);box-shadow:0 8px 40px #0004;font:inherit;text-align:start}
.panel.wide{width:min(720px,calc(100vw - 32px))}
.panel::backdrop{background:#0f141766}
@media(max-width:520px){.panel,.panel.wide{inset-inline:0;bottom:0;width:100%;max-width:100%;max-height:92dvh;border-radius:16px 16px 0 0;
padding-bottom:env(safe-area-inset-bottom)}}
.head{position:sticky;top:0;z-index:2;display:flex;align-items:center;gap:4px;padding:8px 12px;background:var(--surface)}
h2{flex:1;margin:0;padding-inline:8px;font-weight:600;font-size:20px;line-height:1.6;font-family:inherit;outline:0}
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
.foot{display:grid;border-top:1px solid var(--line);padding-top:8px}
.foot .link{justify-content:flex-start}
.fine,.panel small{font-size:14px;color:var(--ink2)}
.note{display:flex;gap:12px;padding:12px 14px;border-radius:10px;background:var(--soft)}
.note.soon{background:var(--soon0);color:var(--soon)}.note.late{background:var(--late0);color:var(--late)}
.note.good{background:var(--good0);color:var(--good)}.note>:nth-child(2){flex:1;min-width:0}
.launch{max-width:min(360px,calc(100vw - 96px))}.launch span{min-width:0;text-align:start}
small>bdi:first-child{display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:2;overflow:hidden;overflow-wrap:anywhere}
.note .quiet{color:inherit;border-color:currentColor}
.field{display:grid;gap:4px}label{font-weight:600}
input,select,textarea{width:100%;padding:10px 12px;border:1px solid #6d7780;border-radius:8px;background:var(--surface)}
:host([data-dark]) input,:host([data-dark]) select,:host([data-dark]) textarea{border-color:var(--line);color-scheme:dark}
textarea{min-height:104px;resize:vertical}
.code{font-variant-numeric:tabular-nums;white-space:nowrap}
.steps{display:flex}
.steps li{flex:1;display:grid;justify-items:center;align-content:start;gap:6px;text-align:center;font-size:14px;line-height:1.5;color:var(--ink2);position:relative}
.steps li::before{content:"";width:16px;height:16px;border:2px solid #6d7780;border-radius:50%;background:var(--surface);z-index:1}
.steps li+li::after{content:"";position:absolute;top:7px;inset-inline:-50% 50%;height:2px;background:var(--line)}
.steps .done,.steps .now{color:var(--ink)}.steps .now{font-weight:600}
.steps .done::before,.steps .now::before{background:var(--accent);border-color:var(--accent)}
.steps .done::after,.steps .now::after{background:var(--accent)!important}
.said{white-space:pre-wrap;overflow-wrap:anywhere;unicode-bidi:plaintext;text-align:start;padding:12px;border:1px solid var(--line);border-radius:8px}
@media(prefers-reduced-motion:no-preference){.panel[open]{animation:up .18s}@keyframes up{from{opacity:0;translate:0 12px}}}`;

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
function start(options) {
  const { host, root } = options;
  const t = wordsOf(host.language, options.words);
  style(root, PANEL);
  let facts = null;
  let known = {};
  const app = {
    host,
    t,
    panel: new Panel(root, t, () => say()),
    queue: new Queue(host),
    context: NOTHING,
    diagnostics: () => facts?.() ?? {},
    known: (room) => known[room] ??= host.known(room).catch(() => []),
    follow: (id, text = "") => {
      if (!following.all.has(id)) {
        following.begin(id, null, text).safe = true;
      }
      return follow(app, following, id);
    }
  };
  const following = new Following(host, app.queue);
  const say = () => {
    const mine = [...following.all.values()].filter((one) => !one.unknown && following.here(one.room)).sort((one, other) => one.at - other.at);
    const last = mine[mine.length - 1];
    const said = following.unread(...mine);
    put(options.badge, app.panel.isOpen || !last ? [] : said[0] ? newest(t, said) : [t(standing(last)) + (asks(last) ? " · " + t("works_ask") : "")]);
  };
  let shown = "";
  following.watch(() => {
    say();
    const now = [...following.all.values()].map(standing).join();
    if (now !== shown) {
      shown = now;
      app.panel.redraw(first);
    }
  });
  const recall = () => following.recall().catch(() => void 0);
  const recalled = recall();
  let flows = null;
  const further = async (name) => {
    if (!flows) {
      const loaded = await options.flows();
      style(root, loaded.css);
      flows = loaded.flows;
    }
    app.panel.show(() => flows[name](app));
  };
  app.context = { ...NOTHING, ...host.here };
  let asked2 = "loading";
  const first = () => press(app, following, (name) => void further(name).catch(() => {
    asked2 = "unreachable";
    app.panel.redraw(first);
  }), asked2);
  const open = () => {
    facts = collect(options.ping, options.ring);
    known = {};
    void recalled.then(() => app.queue.drain(true));
    void Promise.race([recalled, new Promise((resolve) => setTimeout(resolve, 150))]).then(() => app.panel.show(first));
    if (asked2 === "known") {
      return;
    }
    asked2 = "loading";
    host.context().then((context) => {
      app.context = context;
      asked2 = "known";
    }, () => {
      asked2 = "unreachable";
    }).then(() => app.panel.redraw(first));
  };
  return { open, resume: () => void recall().then(() => app.queue.drain(true)).then(recall) };
}

// capture.entry.js
exports.start = start;
exports.el = el;
exports.bdi = bdi;
exports.code = code;
exports.icon = icon;
exports.field = field;
exports.newId = newId;
exports.referenceOf = referenceOf;
exports.Refusal = Refusal;
});
