// Plays the LMS's page: a loader for the plugin's modules, and a host that speaks to the sidecar with the person's token.
(() => {
  const modules = {};
  const waiting = {};
  window.define = (name, needs, make) => {
    const exports = {};
    make(...needs.map((one) => (one === "exports" ? exports : modules[one])));
    modules[name] = exports;
  };
  const load = (name) =>
    (waiting[name] ??= modules[name]
      ? Promise.resolve()
      : new Promise((done, failed) => {
          const script = document.createElement("script");
          script.src = `/campus/${name.replace("local_nidaa/", "")}.min.js`;
          script.onload = done;
          script.onerror = failed;
          document.head.append(script);
        }));
  window.require = (names, done, failed) => {
    names
      .reduce((before, name) => before.then(() => load(name)), Promise.resolve())
      .then(() => done(...names.map((name) => modules[name])), failed);
  };

  const about = JSON.parse(document.getElementById("about").textContent);
  modules["local_nidaa/host"] = {
    moodleHost: () => {
      const { Refusal } = modules["local_nidaa/capture"];
      const call = async (path, body) => {
        const answer = await fetch(about.sidecar + path, {
          method: body ? "POST" : "GET",
          headers: {
            Authorization: `Bearer ${about.token}`,
            "Accept-Language": about.language,
            ...(body ? { "Content-Type": "application/json", "nidaa-sent-at": new Date().toISOString() } : {}),
          },
          body: body ? JSON.stringify(body) : null,
        });
        const told = await answer.json().catch(() => ({}));
        if (!answer.ok) {
          throw new Refusal(String(answer.status), told.title || String(answer.status), answer.status < 500);
        }
        return told;
      };
      const one = async ({ room, group, place: _place, ...said }) => {
        try {
          const stored = await call("/v1/reports", {
            version: 1,
            ...said,
            channel: "in_room",
            reporter: { role: "trainee" },
            place: { page: "live_room", course: about.course, activity: about.activity, group: group ?? null },
          });
          return { ...stored, delivered: true };
        } catch (error) {
          if (error instanceof Refusal) {
            return error;
          }
          throw error;
        }
      };
      const context = {
        course: about.course,
        room: about.activity.id,
        rooms: [{ ...about.activity, groups: [], manages: false }],
        can: { log: false, flag: false, ask: false },
        categories: [],
        staff: [],
        links: { mine: about.mine },
      };
      return {
        language: about.language,
        person: about.person,
        here: context,
        context: async () => context,
        send: (drafts) => Promise.all(drafts.map(one)),
        add: async ({ report, ...said }) => void (await call(`/v1/reports/${report}/additions`, said)),
        status: async (ids) =>
          (await Promise.allSettled(ids.map((id) => call(`/v1/reports/${id}`)))).flatMap((each) =>
            each.status === "fulfilled" ? [{ ...each.value, delivered: true }] : [],
          ),
        known: async () => (await call("/v1/known")).known,
        people: async () => [],
        roster: async () => [],
        contact: async () => {
          const told = await call("/v1/contact");
          const mine = (both) => both[about.language];
          return { as_of: told.as_of, ways: told.ways.map((way) => ({ ...way, label: mine(way.label), expected: mine(way.expected) })) };
        },
      };
    },
  };
  // The panel cannot know whether the page around it is dark; this page goes by the system, and says so.
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const say = () => document.getElementById("nidaa").toggleAttribute("data-dark", dark.matches);
  window.require(["local_nidaa/launcher"], ({ init }) => {
    init({ language: about.language, person: about.person, ping: `${about.sidecar}/v1/health`, place: "campus" });
    say();
    dark.addEventListener("change", say);
  });
})();
