/* Built from lms_plugin/capture by "npm run build": change it there. GPL-3.0-or-later. Icons: Lucide, ISC. */
define("local_nidaa/flows_en",["exports","local_nidaa/capture"],function(exports,capture){

// given:local_nidaa/capture
var start = capture.start;
var el = capture.el;
var bdi = capture.bdi;
var code = capture.code;
var icon = capture.icon;
var field = capture.field;
var newId = capture.newId;
var referenceOf = capture.referenceOf;
var Refusal = capture.Refusal;

// none:./words.ar
var words_default = {};

// src/flows/words.en.ts
var en = {
  log_how: "A digit, then a name or nothing for the whole room, then",
  symptom: "Symptom",
  need_symptom: "Choose a symptom: a digit from 1 to 9.",
  need_choice: "Choose one from the list.",
  need_text: "Nothing is written here yet.",
  choose_room: "Choose the room",
  group: "Group",
  all_groups: "All groups",
  who: "For whom? (empty = whole room)",
  whole: "Whole room",
  names: "Matching names",
  nobody: "Nobody of that name in this room.",
  no_search: "Names cannot be searched now. Empty this field and write the name with what was done.",
  affected: "How many affected (optional)",
  bad_number: "A whole number, such as 12.",
  action: "What was done? (optional)",
  ended: "It has ended",
  ended_at: "When? (empty = now)",
  future: "This time has not come yet.",
  send_log: "Log",
  logged: "Logged last",
  sent: "Arrived",
  on_way: "Kept by the platform",
  national_id_missing: "National ID not entered",
  national_id_invalid: "National ID needs review",
  national_id_duplicate: "National ID duplicated",
  name_ar_missing: "Arabic name not entered",
  name_en_missing: "English name not entered",
  name_mismatch: "Name differs between account and certificate",
  phone_missing: "Phone not entered",
  attendance_below: "Attendance below the limit",
  enrolment_ended: "Enrolment ended",
  enrolment_suspended: "Enrolment suspended",
  enrolment_not_started: "Enrolment not started",
  not_enrolled: "Not enrolled",
  not_completed: "Course not completed",
  certificate_not_issued: "Certificate not issued",
  certificate_wrong_data: "Wrong data on the certificate",
  registry_not_submitted: "Not submitted to Manar",
  registry_pending: "Pending in Manar",
  registry_rejected: "Rejected in Manar",
  gaps_how: "Ticked is what the data show; change it as you see fit. “?” marks what could not be checked.",
  unchecked: "? unknown:",
  add_gap: "Add a gap",
  no_gaps: "No known gaps.",
  no_roster: "The data cannot be fetched now.",
  retry: "Try again",
  show: "Show",
  with_gaps: "With gaps",
  everyone: "Everyone",
  readiness: "Certificate readiness",
  flag: "Flag the ticked gaps",
  need_gap: "No gap is ticked.",
  chosen: { zero: "Nobody chosen", one: "One trainee", other: "{n} trainees" },
  flagged: { zero: "None flagged yet", one: "Gaps of one trainee flagged", other: "Gaps of {n} trainees flagged" },
  kind: "Kind",
  support_request: "Support",
  complaint: "Complaint",
  suggestion: "Suggestion",
  inquiry: "Question to the trainer",
  topic: "Topic",
  any_topic: "Something else",
  whom: "Whom does it concern?",
  no_one: "Nobody in particular",
  trainer: "trainer",
  room_manager: "room manager",
  text_support_request: "What happened?",
  text_complaint: "What happened?",
  text_suggestion: "What do you suggest?",
  text_inquiry: "What is your question?",
  no_id: "Please do not write an ID number here.",
  remedy: "What would put it right? (optional)",
  prefer: "How to be answered",
  any_way: "Any way",
  lms: "Message in the platform",
  email: "Email",
  sms: "Text message",
  call: "Phone call",
  whatsapp: "WhatsApp",
  confidential: "Whoever it concerns sees neither the complaint nor that it exists. Complaints about a trainer or room manager do not show in the room.",
  send: "Send",
  next_support_request: "The contact centre handles it or transfers it to the department; then you are answered.",
  next_complaint: "It reaches the head of the department within 24 hours at most; then you are told by email or phone.",
  next_suggestion: "The department studies it; then you are told the decision.",
  next_inquiry: "It goes to the trainer’s page; then you are answered.",
  open: "Open now",
  open_until: "Open until {at}",
  closed: "Closed now",
  opens: "Closed, opens {at}",
  as_of: "As of {at}",
  no_contact: "The ways to reach us cannot be fetched now. Reporting from here always works.",
  public: "Contact page"
};
var words_en_default = en;

// src/flows/controls.ts
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
var latin = (text) => text.replace(/[٠-٩۰-۹]/g, (digit) => String("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹".indexOf(digit) % 10));

// src/flows/contact.ts
var AN_HOUR = 36e5;
var contact = ({ t, host, context }) => {
  t.learn({ ar: words_default, en: words_en_default });
  const node = el("div", { class: "stack", role: "status" }, t("loading"));
  const page = context.links.public;
  const more = page && el("a", { class: "link", href: page, target: "_blank", rel: "noopener" }, t("public"));
  const draw = ({ ways, as_of }) => {
    if (!ways.length) {
      throw new Error("empty");
    }
    node.replaceChildren(
      ...Date.now() - Date.parse(as_of) > AN_HOUR ? [el("p", { class: "fine" }, t("as_of", 0, { at: moment(t, as_of) }))] : [],
      el("ul", { class: "ways" }, ways.map((one) => way(t, one))),
      more || ""
    );
  };
  host.contact().then(draw).catch(() => node.replaceChildren(el("p", { class: "note soon" }, t("no_contact")), more || ""));
  return { title: t("contact"), node };
};
function way(t, { label, address, href, open_now, until, expected }) {
  const at = { at: until ? moment(t, until) : "" };
  const hours = open_now ? until ? "open_until" : "open" : until ? "opens" : "closed";
  return el(
    "li",
    null,
    el("b", null, label),
    el("span", { class: open_now ? "tag good" : "tag" }, t(hours, 0, at)),
    (address || href) && where(address || href, href),
    el("small", null, expected)
  );
}
function where(address, href) {
  const shown = /[؀-ۿ]/.test(address) ? bdi(address) : code(address);
  return /^(tel:|mailto:|https:\/\/)/i.test(href ?? "") ? el("a", { class: "link", href, target: "_blank", rel: "noopener" }, shown) : shown;
}

// src/flows/outcome.ts
function outcome({ queue, t }, id, then) {
  const reference = code(referenceOf(id));
  const words = el("span", null, t("sending"));
  const node = el("span", { class: "outcome" }, words, " · ", reference);
  const stop = queue.listen((news) => {
    if (news.id !== id) {
      return;
    }
    node.dataset.state = news.state;
    if (news.state === "stored") {
      reference.textContent = news.stored?.reference ?? reference.textContent;
      words.textContent = t(news.stored?.delivered ? "sent" : "on_way");
      stop();
    } else {
      if (news.state === "refused") {
        stop();
        void queue.forget(id);
      }
      words.textContent = [t(news.state === "refused" ? "refused" : "saved"), news.reason].filter(Boolean).join(": ");
    }
    then?.(news.state);
  });
  return node;
}

// src/flows/gaps.ts
var GAPS = [
  "national_id_missing",
  "national_id_invalid",
  "national_id_duplicate",
  "name_ar_missing",
  "name_en_missing",
  "name_mismatch",
  "phone_missing",
  "attendance_below",
  "enrolment_ended",
  "enrolment_suspended",
  "enrolment_not_started",
  "not_enrolled",
  "not_completed",
  "certificate_not_issued",
  "certificate_wrong_data",
  "registry_not_submitted",
  "registry_pending",
  "registry_rejected"
];
var gaps = (app) => {
  const { t, host, context } = app;
  t.learn({ ar: words_default, en: words_en_default });
  const all = context.can.flag;
  const node = el("div", { class: "stack" });
  function load() {
    node.replaceChildren(el("p", { role: "status" }, t("loading")));
    host.roster().then((rows) => draw(rows), () => draw([], true));
  }
  function draw(rows, failed = false) {
    const missing = failed && el("p", { class: "note soon", role: "alert" }, t("no_roster"));
    const retry = failed && el("button", { type: "button", class: "quiet", onclick: load }, t("retry"));
    const shown = all || rows.length ? rows : [{ id: "", name: "", gaps: [], unknown: [] }];
    node.replaceChildren(...[missing, retry, shown.length && table(app, shown)].filter(Boolean));
    if (!failed && !rows.length) {
      node.prepend(el("p", { class: "note" }, t("no_gaps")));
    }
  }
  load();
  return { title: t("gaps"), node, wide: all };
};
function table(app, rows) {
  const { t, queue, context } = app;
  const all = context.can.flag;
  const lines = rows.map((row) => line(app, row, () => count()));
  const chosen = el("span", { class: "fine" });
  const said = el("p", { role: "status" });
  const none = el("p", { class: "note good" }, t("no_gaps"));
  const filters = ["with_gaps", "everyone"].map((name, at) => el("button", {
    type: "button",
    class: "quiet",
    "aria-pressed": "false",
    onclick: () => filter(at)
  }, t(name)));
  function filter(which) {
    filters.forEach((button, at) => button.setAttribute("aria-pressed", String(at === which)));
    lines.forEach(({ node, person, gaps: ticked }) => {
      node.hidden = !which && !person.gaps.length && !ticked().length;
    });
    none.hidden = lines.some(({ node }) => !node.hidden);
  }
  function count() {
    chosen.textContent = all ? t("chosen", lines.filter(({ gaps: ticked }) => ticked().length).length) : "";
  }
  async function flag() {
    const sent = lines.filter(({ gaps: ticked }) => ticked().length);
    said.textContent = sent.length ? "" : t("need_gap");
    const states = /* @__PURE__ */ new Map();
    const tell = () => {
      const how = (state) => [...states.values()].filter((one) => one === state).length;
      said.textContent = [
        how("stored") && t("flagged", how("stored")),
        how("waiting") && t("saved"),
        how("refused") && `${t("refused")}: ${t.digits(how("refused"))}`
      ].filter(Boolean).join(" · ");
    };
    const drafts = sent.map(({ person, result, gaps: ticked }) => {
      const id = newId();
      result.replaceChildren(outcome(app, id, (state) => {
        states.set(id, state);
        tell();
      }));
      return {
        id,
        kind: "certificate_gap",
        gaps: ticked(),
        occurred_at: (/* @__PURE__ */ new Date()).toISOString(),
        about: all ? { id: person.id, role: "trainee" } : null,
        locale: t.language
      };
    });
    await queue.add(...drafts).catch(() => {
      said.textContent = t("lost");
    });
  }
  filter(all && lines.some(({ person }) => person.gaps.length) ? 0 : 1);
  count();
  return el(
    "div",
    { class: "stack" },
    el("p", { class: "fine" }, t("gaps_how")),
    all && el("div", { class: "row", role: "group", "aria-label": t("show") }, filters),
    none,
    el("ul", { class: "people" }, lines.map(({ node }) => node)),
    context.links.roster && el("a", { class: "link", href: context.links.roster, target: "_blank", rel: "noopener" }, t("readiness")),
    el("div", { class: "dock" }, el("button", { type: "button", class: "main", onclick: flag }, t("flag")), chosen, said)
  );
}
function line({ t }, person, changed) {
  const ticks = /* @__PURE__ */ new Map();
  const result = el("p");
  const more = el("select", {
    "aria-label": t("add_gap"),
    onchange: () => {
      put(more.value).focus();
      offer();
      changed();
    }
  });
  const chips = el("div", { class: "row" }, more);
  function put(gap, checked = true) {
    const tick = el("input", { type: "checkbox", checked, onchange: changed });
    ticks.set(gap, tick);
    more.before(el("label", { class: checked ? "chip" : "chip unknown" }, tick, !checked && t("unchecked") + " ", t(gap)));
    return tick;
  }
  function offer() {
    more.replaceChildren(...options([
      ["", "+ " + t("add_gap")],
      ...GAPS.filter((gap) => !ticks.has(gap)).map((gap) => [gap, t(gap)])
    ]));
  }
  person.gaps.forEach((gap) => put(gap));
  person.unknown.forEach((gap) => put(gap, false));
  offer();
  return {
    person,
    result,
    node: el("li", null, el("fieldset", null, el("legend", null, bdi(person.name)), chips, result)),
    gaps: () => [...ticks].filter(([, tick]) => tick.checked).map(([gap]) => gap)
  };
}

// src/flows/names.ts
var PAUSE = 150;
function namesBox({ host, t }, place, digit) {
  let found = [];
  let active = -1;
  let chosen = null;
  let turn = 0;
  let timer = 0;
  const list = el("ul", { id: "nd-names", class: "names", role: "listbox", "aria-label": t("names"), hidden: true });
  const input = el("input", {
    role: "combobox",
    autocomplete: "off",
    dir: "auto",
    "aria-autocomplete": "list",
    "aria-controls": list.id,
    "aria-expanded": "false",
    oninput: () => {
      const number = /[1-9]/.exec(latin(input.value));
      if (number) {
        input.value = latin(input.value).replace(/\d/g, "");
        digit(Number(number[0]));
      }
      chosen = null;
      clearTimeout(timer);
      timer = window.setTimeout(() => void search().catch(() => void 0), PAUSE);
    },
    onkeydown: (event) => {
      const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
      if (!found.length || event.isComposing) {
        return;
      }
      if (step) {
        active = (active + step + found.length) % found.length;
        draw();
      } else if (event.key === "Enter" && found[active]) {
        choose(found[active]);
      } else if (event.key === "Escape") {
        show([]);
      } else {
        return;
      }
      event.preventDefault();
    }
  });
  function choose(person) {
    chosen = person;
    input.value = person.name;
    fault(input, "");
    show([]);
  }
  function show(people) {
    clearTimeout(timer);
    turn++;
    found = people;
    active = -1;
    draw();
  }
  function draw() {
    list.replaceChildren(...found.map((person, at) => el("li", {
      id: "nd-name" + at,
      role: "option",
      "aria-selected": String(at === active),
      onpointerdown: (event) => event.preventDefault(),
      // Focus stays where people type.
      onclick: () => choose(person)
    }, bdi(person.name))));
    list.hidden = !found.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    input.setAttribute("aria-activedescendant", found[active] ? "nd-name" + active : "");
  }
  async function search() {
    const mine = ++turn;
    const prefix = input.value.trim();
    const people = prefix ? await host.people(...place(), prefix) : [];
    if (mine === turn) {
      show(people);
    }
    return people;
  }
  async function resolve() {
    fault(input, "");
    if (chosen || !input.value.trim()) {
      return chosen;
    }
    input.readOnly = true;
    const people = await search().catch(() => null);
    input.readOnly = false;
    const same = people?.filter(({ name }) => name === input.value.trim());
    const only = same?.length === 1 ? same : people;
    if (only?.length === 1) {
      return only[0];
    }
    fault(input, t(!people ? "no_search" : people.length ? "need_choice" : "nobody"));
    return void 0;
  }
  return {
    input,
    node: el("div", { class: "who" }, field(t("who"), input), list),
    resolve,
    clear: () => {
      chosen = null;
      input.value = "";
      show([]);
      if (matchMedia("(hover:hover)").matches) {
        input.focus();
      }
    }
  };
}

// src/flows/log.ts
var SYMPTOMS = [
  "no_mic",
  "no_sound",
  "no_video",
  "cannot_join",
  "no_screen_share",
  "slow",
  "trainer_absent",
  "no_captions",
  "other"
];
var SHOWN = 6;
var HALF_A_DAY = 432e5;
var recent = [];
var log = (app) => {
  const { t, context, queue } = app;
  t.learn({ ar: words_default, en: words_en_default });
  const rooms = context.rooms.filter((room2) => room2.manages);
  const here = rooms.find((room2) => room2.id === context.room) ?? (rooms.length === 1 ? rooms[0] : null);
  let symptom = null;
  let busy = false;
  const buttons = SYMPTOMS.map((one, at2) => el("button", {
    type: "button",
    "aria-pressed": "false",
    onclick: () => pick(at2)
  }, el("kbd", null, t.digits(at2 + 1)), t(one)));
  const symptoms = el("div", { class: "digits", role: "group", "aria-label": t("symptom"), id: "nd-symptoms", tabindex: -1 }, buttons);
  const room = el(
    "select",
    { onchange: () => regroup() },
    options([
      ...here ? [] : [["", t("choose_room")]],
      ...rooms.map(({ id, name }) => [id, name])
    ], here?.id)
  );
  const group = el("select");
  const groups = field(t("group"), group);
  const names = namesBox(app, () => [room.value || null, group.value || null], (digit) => pick(digit - 1));
  const affected = el("input", { inputmode: "numeric", autocomplete: "off", maxlength: 6, dir: "ltr" });
  const action = el("input", { autocomplete: "off", maxlength: 1e3, dir: "auto" });
  const ended = el("input", { type: "checkbox", onchange: () => {
    when.hidden = !ended.checked;
  } });
  const at = el("input", { type: "time" });
  const when = field(t("ended_at"), at);
  when.hidden = true;
  const how = el("p", { class: "fine keys", role: "status" });
  const list = el("ul", { class: "logged", "aria-live": "polite", "aria-label": t("logged") }, recent);
  const board = context.links.board;
  const form = el(
    "form",
    {
      novalidate: true,
      onkeydown: (event) => {
        const place = Number(latin(event.key)) - 1;
        const plain = !event.ctrlKey && !event.altKey && !event.metaKey;
        if (SYMPTOMS[place] && plain && !/INPUT|SELECT/.test(event.target.tagName)) {
          pick(place);
        }
      },
      onsubmit: (event) => {
        event.preventDefault();
        if (!busy) {
          busy = true;
          void record().finally(() => {
            busy = false;
          });
        }
      }
    },
    how,
    rooms.length > 1 && field(t("room"), room),
    symptoms,
    el("div", { class: "cols" }, names.node, groups),
    el(
      "div",
      { class: "cols" },
      field(t("affected"), affected),
      field(t("action"), action),
      el("label", { class: "tick" }, ended, t("ended")),
      when
    ),
    el("button", { class: "main" }, t("send_log")),
    list,
    board && el("a", { class: "link", href: board, target: "_blank", rel: "noopener" }, t("board"))
  );
  function pick(place) {
    symptom = SYMPTOMS[place] ?? null;
    how.replaceChildren(...symptom ? [t(symptom)] : [t("log_how"), " ", el("kbd", null, "Enter")]);
    buttons.forEach((button, index) => button.setAttribute("aria-pressed", String(index === place)));
    fault(symptoms, "");
  }
  function regroup() {
    const choice = rooms.find(({ id }) => id === room.value)?.groups ?? [];
    group.replaceChildren(...options([["", t("all_groups")], ...choice.map(({ id, name }) => [id, name])]));
    groups.hidden = !choice.length;
  }
  async function record() {
    const count = latin(affected.value.trim());
    const end = ended.checked ? moment2(at.value) : null;
    [room, symptoms, affected, at].forEach((control) => fault(control, ""));
    if (rooms.length > 1 && !room.value) {
      return fault(room, t("need_choice"));
    }
    if (!symptom) {
      return fault(symptoms, t("need_symptom"));
    }
    if (!/^\d*$/.test(count)) {
      return fault(affected, t("bad_number"));
    }
    if (end && end > /* @__PURE__ */ new Date()) {
      return fault(at, t("future"));
    }
    const person = await names.resolve();
    if (person === void 0) {
      return;
    }
    const draft = {
      id: newId(),
      kind: "room_log",
      symptom,
      occurred_at: (/* @__PURE__ */ new Date()).toISOString(),
      room: room.value || null,
      group: group.value || null,
      about: person && { id: person.id, role: "trainee" },
      affected: count ? Number(count) : null,
      action_taken: action.value.trim(),
      ended_at: end?.toISOString() ?? null,
      locale: t.language
    };
    note(draft, person);
    pick(-1);
    [affected, action, at].forEach((control) => {
      control.value = "";
    });
    ended.checked = false;
    when.hidden = true;
    names.clear();
  }
  function note(draft, person) {
    const line2 = el(
      "li",
      null,
      el("b", null, t(draft.symptom)),
      " · ",
      person ? bdi(person.name) : t("whole"),
      draft.action_taken && [" · ", bdi(draft.action_taken)],
      " · ",
      outcome(app, draft.id)
    );
    recent.unshift(line2);
    recent.splice(SHOWN);
    list.replaceChildren(...recent);
    queue.add(draft).catch(() => line2.append(" ", el("span", { class: "fault" }, t("lost"))));
  }
  regroup();
  pick(-1);
  return { title: t("log"), node: form, wide: true, ...matchMedia("(hover:hover)").matches ? { focus: names.input } : {} };
};
function moment2(time) {
  const now = /* @__PURE__ */ new Date();
  const [hours, minutes] = time.split(":").map(Number);
  if (!time) {
    return now;
  }
  const then = new Date((/* @__PURE__ */ new Date()).setHours(hours, minutes, 0, 0));
  return then.getTime() - now.getTime() > HALF_A_DAY ? new Date(then.setDate(then.getDate() - 1)) : then;
}

// src/flows/request.ts
var request = (app) => {
  const { t, context, host, panel, queue } = app;
  t.learn({ ar: words_default, en: words_en_default });
  const kinds = ["support_request", "complaint", "suggestion"];
  if (context.can.ask) {
    kinds.push("inquiry");
  }
  const kept = keeping(host.person);
  const said = kept.read();
  const form = el("form", {
    novalidate: true,
    oninput: (event) => {
      const { name, value } = event.target;
      said[name] = value;
      kept.write(said);
      if (name === "kind") {
        draw();
      }
    },
    onsubmit: (event) => {
      event.preventDefault();
      void send();
    }
  });
  const text = el("textarea", { name: "text", rows: 4, maxlength: 2e4, dir: "auto", required: true, value: said.text ?? "" });
  const select = (name, pairs) => el("select", { name }, options(pairs, said[name]));
  function draw() {
    const kind = kinds.includes(said.kind) ? said.kind : kinds[0];
    said.kind = kind;
    const about = context.staff.map(({ id, name, role }) => [id, `${name} (${t(role)})`]);
    const topics = context.categories.filter(({ kinds: of }) => of.includes(kind));
    const complaint = kind === "complaint";
    form.replaceChildren(
      el("fieldset", { class: "pick" }, el("legend", null, t("kind")), kinds.map((one) => el(
        "label",
        null,
        el("input", { type: "radio", name: "kind", value: one, checked: one === kind }),
        t(one)
      ))),
      complaint ? el("p", { class: "note" }, t("confidential")) : "",
      kind !== "inquiry" && topics.length ? field(
        t("topic"),
        select("category", [["", t("any_topic")], ...topics.map(({ key, label }) => [key, label])])
      ) : "",
      complaint && about.length ? field(t("whom"), select("about", [["", t("no_one")], ...about])) : "",
      field(t("text_" + kind), text, t("no_id")),
      complaint ? field(
        t("remedy"),
        el("textarea", { name: "remedy", rows: 2, maxlength: 4e3, dir: "auto", value: said.remedy ?? "" })
      ) : "",
      field(t("prefer"), select("prefer", [
        ["", t("any_way")],
        ...["lms", "email", "sms", "call", "whatsapp"].map((one) => [one, t(one)])
      ])),
      el("p", { class: "fine" }, t("next_" + kind)),
      kind === "support_request" ? el("p", { class: "fine" }, t("notice")) : "",
      el("button", { class: "main" }, t("send"))
    );
    form.querySelector("input:checked").focus();
  }
  async function send() {
    fault(text, text.value.trim() ? "" : t("need_text"));
    if (!text.value.trim()) {
      return;
    }
    const draft = draftOf(app, said, text.value);
    try {
      await queue.add(draft);
    } catch {
      fault(text, t("lost"));
      return;
    }
    kept.forget();
    const next = el("p", { class: "fine" }, t("next_" + draft.kind));
    const stop = queue.listen((news) => {
      if (news.id === draft.id && news.state !== "waiting") {
        stop();
        if (news.state === "refused") {
          kept.write(said);
          next.hidden = true;
        }
      }
    });
    panel.show(() => {
      const view = app.follow(draft.id, draft.text);
      view.node.append(next);
      return view;
    }, true);
  }
  draw();
  return { title: t("request"), node: form };
};
function draftOf({ t, context, diagnostics }, said, text) {
  const kind = said.kind;
  const complaint = kind === "complaint";
  const offered = context.categories.some(({ key, kinds }) => key === said.category && kinds.includes(kind));
  const staff = complaint && context.staff.find(({ id }) => id === said.about);
  return {
    id: newId(),
    kind,
    category: kind === "inquiry" ? "content_question" : offered ? said.category : null,
    text: text.trim(),
    occurred_at: (/* @__PURE__ */ new Date()).toISOString(),
    // A complaint is nobody's business in the room; where the page stands, the host knows.
    room: kind === "support_request" ? context.room : null,
    about: staff ? { id: staff.id, role: staff.role } : null,
    remedy_sought: complaint ? (said.remedy ?? "").trim() : "",
    contact_preference: said.prefer || null,
    ...kind === "support_request" ? { diagnostics: diagnostics() } : {},
    locale: t.language
  };
}
function keeping(person) {
  const key = "nidaa:text:" + person;
  const attempt = (work) => {
    try {
      return work();
    } catch {
      return void 0;
    }
  };
  return {
    read: () => attempt(() => JSON.parse(sessionStorage.getItem(key) ?? "{}")) ?? {},
    write: (said) => attempt(() => sessionStorage.setItem(key, JSON.stringify(said))),
    forget: () => attempt(() => sessionStorage.removeItem(key))
  };
}

// src/flows/styles.ts
var css = `
input[type=checkbox],input[type=radio]{width:24px;min-height:24px;height:24px;margin:0;accent-color:var(--accent);flex:none}
.tick{display:flex;gap:12px;align-items:center;min-height:48px;font-weight:400}
[aria-invalid=true]{border:2px solid var(--late)}.fault{color:var(--late);font-size:14px}
kbd{display:inline-grid;place-items:center;min-width:26px;min-height:26px;padding:0 6px;border:1px solid var(--line);border-radius:6px;
background:var(--surface);color:var(--ink);font:inherit;font-size:14px;line-height:1.4}
.digits{display:grid;grid-template-columns:repeat(auto-fill,minmax(200px,1fr));gap:8px}
.digits button{display:flex;gap:10px;align-items:center;padding:6px 12px;text-align:start;border:1px solid var(--line);border-radius:8px;
background:var(--surface)}
[aria-pressed=true]{border-color:var(--accent)!important;background:var(--soft)!important;box-shadow:inset 0 0 0 1px var(--accent);font-weight:600}
.cols{display:grid;grid-template-columns:repeat(auto-fit,minmax(180px,1fr));gap:14px}.cols .tick{align-self:end}
.who{position:relative}
.names{position:absolute;inset-inline:0;z-index:2;border:1px solid var(--line);border-radius:8px;background:var(--surface);box-shadow:0 8px 24px #0003}
.names li{padding:12px;min-height:48px;cursor:pointer}.names [aria-selected=true],.names li:hover{background:var(--soft)}
.logged{display:grid;gap:6px;font-size:14px}.outcome{color:var(--ink2)}
.outcome[data-state=stored]{color:var(--good)}.outcome[data-state=refused]{color:var(--late)}.outcome[data-state=waiting]{color:var(--soon)}
fieldset{margin:0;padding:0;border:0;min-width:0}legend{padding:0;margin-block-end:4px;font-weight:600}
.people{display:grid}.people li{padding-block:12px;border-block-start:1px solid var(--line)}
.people select{width:190px;max-width:100%;border-radius:24px;color:var(--accent);border-color:var(--line)}
.chip{display:inline-flex;gap:8px;align-items:center;min-height:48px;padding:4px 14px 4px 10px;border:1px solid var(--line);border-radius:24px;font-weight:400}
.chip:has(:checked){border-color:var(--late);background:var(--late0);color:var(--late)}
.chip.unknown{border-style:dashed}.chip.unknown:not(:has(:checked)){border-color:#6d7780;color:var(--ink2)}
.dock p{flex-basis:100%;font-weight:600}.dock p:empty{margin-block-start:-12px}
.dock{position:sticky;inset-block-end:0;display:flex;flex-wrap:wrap;gap:12px;align-items:center;margin-inline:-20px;padding:12px 20px;
border-block-start:1px solid var(--line);background:var(--surface)}
.pick{display:grid;grid-template-columns:1fr 1fr;gap:8px}.pick legend{grid-column:1/-1}
.pick label{display:flex;gap:10px;align-items:center;min-height:48px;padding:4px 12px;border:1px solid var(--line);border-radius:8px;font-weight:400}
.pick label:has(:checked){border-color:var(--accent);background:var(--soft);font-weight:600}
.ways li{display:grid;grid-template-columns:1fr auto;gap:0 12px;align-items:center;padding-block:10px;border-block-start:1px solid var(--line)}
.ways li:first-child{border:0}.ways small,.ways .link,.ways bdi{grid-column:1/-1;justify-self:start}.ways .link{padding-inline:0}
.tag{padding:2px 10px;border-radius:6px;background:var(--fill);font-size:14px}.tag.good{background:var(--good0);color:var(--good)}
[hidden]{display:none!important}
@media(max-width:520px){.keys,.digits kbd{display:none}.digits{grid-template-columns:1fr 1fr}.digits button{padding-inline:8px}.digits button{font-size:15px}}`;

// src/flows/index.ts
var flows = { contact, gaps, log, request };

// flows_en.entry.js
exports.flows = flows;
exports.css = css;
});
