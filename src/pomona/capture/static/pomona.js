/* Pomona's tracker: page views, forms and calls of your own, sent to the collector.
 *
 *   <script async src="https://pomona.example/v1/pomona.js" data-write-key="KEY"></script>
 *
 * data-pages="manual" on the script: no automatic page views; data-ignore on a form: it is never read;
 * data-answer="timeline" on a field: its value answers that question.
 * Calls before the script is there: window.pomona = window.pomona || []; pomona.push(["track", "name", {}]).
 */
(function (window, document) {
  "use strict";

  var script = document.currentScript;
  var writeKey = script && script.dataset.writeKey;
  if (!writeKey) return;

  var ADDRESS = new URL(script.src).origin + "/v1/batch";
  var FORMS = new URL(script.src).origin + "/f/";
  var LARGEST_EVENT = 32 * 1024;
  var LARGEST_REQUEST = 60 * 1024; // browsers refuse more in a request that outlives its page
  var LONGEST_QUEUE = 100;
  var LONGEST_PAUSE = 300000;
  var FIELDS = {
    email: /e-?mail|почта/i,
    phone: /phone|^tel|телефон/i,
    first_name: /first.?name|^имя$/i,
    last_name: /last.?name|surname|фамилия/i,
    job_title: /job|position|должность/i,
    company: /company|organi[sz]ation|компания|организация/i,
    name: /name|fio|фио|^имя/i
  };

  var memory = {};
  var sending = false;
  var pause = 1000;

  function load(name) {
    try {
      return window.localStorage.getItem("pomona_" + name);
    } catch (error) {
      return memory[name] || null;
    }
  }

  function save(name, value) {
    memory[name] = value;
    try {
      window.localStorage.setItem("pomona_" + name, value);
    } catch (error) {
      // Storage is full or forbidden: the page's own memory has to do.
    }
  }

  function newId() {
    if (window.crypto.randomUUID) return window.crypto.randomUUID();
    return Array.from(window.crypto.getRandomValues(new Uint8Array(16)), function (byte) {
      return (byte + 256).toString(16).slice(1);
    }).join("");
  }

  function visitor() {
    var id = load("visitor");
    if (!id) save("visitor", (id = newId()));
    return id;
  }

  function queue() {
    try {
      return JSON.parse(load("queue") || "[]");
    } catch (error) {
      return [];
    }
  }

  function context() {
    return {
      page: {
        url: location.href,
        path: location.pathname,
        search: location.search,
        referrer: document.referrer,
        title: document.title
      },
      locale: navigator.language,
      timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      library: { name: "pomona.js", version: "1" }
    };
  }

  /* An event stays in the queue until the collector has answered; a repeat is recognised by its message id. */
  function call(type, parts) {
    var event = Object.assign(
      {
        type: type,
        messageId: newId(),
        timestamp: new Date().toISOString(),
        anonymousId: visitor(),
        userId: load("user") || undefined,
        context: context()
      },
      parts
    );
    if (size(event) > LARGEST_EVENT) return;
    save("queue", JSON.stringify(queue().concat(event).slice(-LONGEST_QUEUE)));
    send();
  }

  function size(value) {
    return new TextEncoder().encode(JSON.stringify(value)).length;
  }

  /* As many of the oldest events as one request may hold. */
  function next() {
    var events = [];
    var total = 0;
    queue().every(function (event) {
      total += size(event);
      return total < LARGEST_REQUEST && events.push(event);
    });
    return events;
  }

  function request(events) {
    return JSON.stringify({ batch: events, writeKey: writeKey, sentAt: new Date().toISOString() });
  }

  function forget(events) {
    var sent = {};
    events.forEach(function (event) {
      sent[event.messageId] = true;
    });
    save("queue", JSON.stringify(queue().filter(function (event) {
      return !sent[event.messageId];
    })));
  }

  function send() {
    var events = next();
    if (sending || !events.length) return;
    sending = true;
    fetch(ADDRESS, { method: "POST", body: request(events), keepalive: true, credentials: "omit" })
      .then(function (answer) {
        if (answer.status >= 500 || answer.status === 429) throw new Error(answer.status);
        forget(events);
        pause = 1000;
        sending = false;
        send();
      })
      .catch(function () {
        setTimeout(function () {
          sending = false;
          send();
        }, pause);
        pause = Math.min(pause * 2, LONGEST_PAUSE);
      });
  }

  function leave() {
    var events = next();
    if (events.length && navigator.sendBeacon) navigator.sendBeacon(ADDRESS, request(events));
  }

  var pomona = {
    page: function (name, properties) {
      call("page", { name: name, properties: properties });
    },
    track: function (event, properties) {
      call("track", { event: event, properties: properties });
    },
    identify: function (user, traits) {
      if (user && typeof user === "object") {
        traits = user;
        user = null;
      }
      if (user) save("user", String(user));
      call("identify", { traits: traits });
    },
    group: function (group, traits) {
      call("group", { groupId: group, traits: traits });
    },
    /* Somebody else sits down at this browser. */
    reset: function () {
      save("user", "");
      save("visitor", newId());
    },
    push: function (args) {
      pomona[args[0]].apply(pomona, Array.prototype.slice.call(args, 1));
    }
  };

  function trait(field) {
    if (field.type === "email") return "email";
    if (field.type === "tel") return "phone";
    return Object.keys(FIELDS).find(function (name) {
      return FIELDS[name].test(field.name);
    });
  }

  function answer(field) {
    return field.type === "checkbox" && field.getAttribute("value") === null ? field.checked : field.value;
  }

  /* Only fields that say who somebody is, and those marked as answers, are read; never passwords or hidden ones. */
  function read(form) {
    var traits = {};
    var answers = {};
    Array.prototype.forEach.call(form.elements, function (field) {
      if (/^(password|hidden|file|submit|button)$/.test(field.type) || !field.value) return;
      var chosen = !/^(radio|checkbox)$/.test(field.type) || field.checked;
      if (field.dataset.answer && chosen) {
        answers[field.dataset.answer] = (answers[field.dataset.answer] || []).concat(answer(field));
      } else if (field.name && /^(text|email|tel)$/.test(field.type) && trait(field)) {
        traits[trait(field)] = field.value.trim();
      }
    });
    return { traits: traits, answers: answers };
  }

  function submitted(event) {
    var form = event.target;
    if (!form.dataset || form.dataset.ignore !== undefined) return;
    var told = read(form);
    if (!Object.keys(told.traits).length && !Object.keys(told.answers).length) return;
    if (Object.keys(told.traits).length) pomona.identify(told.traits);
    pomona.track("form submitted", {
      form: form.getAttribute("id") || form.getAttribute("name") || location.pathname,
      answers: told.answers
    });
  }

  /* Who goes on to one of Pomona's own forms stays the same visitor, and it is known where they came from. */
  function takeAlong(address) {
    if (address.indexOf(FORMS) !== 0 || address.indexOf("visitor=") > 0) return address;
    var url = new URL(address);
    url.searchParams.set("visitor", visitor());
    url.searchParams.set("page", location.href);
    url.searchParams.set("referrer", document.referrer);
    return url.href;
  }

  function followed(event) {
    var link = event.target.closest && event.target.closest("a[href]");
    if (link && link.href) link.href = takeAlong(link.href);
  }

  function showForms() {
    document.querySelectorAll("iframe[src]").forEach(function (frame) {
      if (takeAlong(frame.src) !== frame.src) frame.src = takeAlong(frame.src);
    });
  }

  function watchAddress(name) {
    var original = history[name];
    history[name] = function () {
      var before = location.pathname;
      var result = original.apply(this, arguments);
      if (location.pathname !== before) pomona.page();
      return result;
    };
  }

  function start() {
    if (script.dataset.pages !== "manual") {
      pomona.page();
      ["pushState", "replaceState"].forEach(watchAddress);
      window.addEventListener("popstate", function () {
        pomona.page();
      });
    }
    document.addEventListener("submit", submitted, true);
    document.addEventListener("click", followed, true);
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", showForms);
    else showForms();
    window.addEventListener("pagehide", leave);
    var earlier = Array.isArray(window.pomona) ? window.pomona : [];
    window.pomona = pomona;
    earlier.forEach(pomona.push);
    send();
  }

  // A page that the browser only prepares has not been looked at.
  if (document.prerendering) document.addEventListener("prerenderingchange", start, { once: true });
  else start();
})(window, document);
