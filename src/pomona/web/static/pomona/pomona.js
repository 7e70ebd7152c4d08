// What plain HTML cannot: running clocks, keys in lists, live refresh, dialogs, toasts. No framework, no state kept.
(() => {
  "use strict";
  const skew = Number(document.body.dataset.now) - Date.now();
  const now = () => Date.now() + skew;
  const dialog = document.getElementById("dialog");
  const two = (n) => String(n).padStart(2, "0");

  // Clocks: each <time data-due> counts down; when it runs out it becomes the overdue label.
  const left = (ms) => {
    const seconds = Math.max(0, Math.floor(ms / 1000));
    const hours = Math.floor(seconds / 3600);
    const minutes = Math.floor(seconds / 60) % 60;
    return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
  };
  const HOUR = 3600000;
  const tick = () => {
    for (const clock of document.querySelectorAll("time[data-due]")) {
      const rest = Number(clock.dataset.due) - now();
      if (rest <= 0) {
        clock.textContent = clock.dataset.overdue;
        clock.className = "clock overdue";
        clock.removeAttribute("data-due");
      } else if (rest < HOUR) {
        clock.textContent = left(rest);
        clock.classList.add("soon");
      }
    }
    const live = document.querySelector("[data-title]");
    if (live) document.title = [live.dataset.grade, live.querySelector(".clock")?.textContent, live.dataset.title].filter(Boolean).join(" · ");
  };
  setInterval(tick, 1000);

  // Lists: J and K walk, Enter takes the row's next step, other letters press the row's button with that data-key.
  const rows = () => [...document.querySelectorAll("[data-row]")];
  const current = () => document.querySelector("[data-row].is-current");
  const choose = (row, focus) => {
    for (const other of rows()) other.classList.toggle("is-current", other === row);
    if (row && focus) {
      row.focus({ preventScroll: true });
      row.scrollIntoView({ block: "nearest" });
    }
  };
  const press = (row, key) => {
    const button = row?.querySelector(`[data-key="${key}"]`);
    button?.click();
    return Boolean(button);
  };
  const busy = (target) => target.closest("input, textarea, select, dialog, [contenteditable]");
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || busy(event.target)) return;
    const all = rows();
    if (!all.length) return;
    const at = all.indexOf(current());
    if (event.code === "KeyJ") choose(all[Math.min(at + 1, all.length - 1)], true);
    else if (event.code === "KeyK") choose(all[Math.max(at - 1, 0)], true);
    else if (event.key === "Enter" && !event.target.closest("a, button, summary")) press(current(), "Enter") || press(current(), "O") || current()?.querySelector("a")?.click();
    else if (/^Key[A-Z]$/.test(event.code)) press(current(), event.code.slice(3));
    else return;
    event.preventDefault();
  });
  document.addEventListener("focusin", (event) => {
    const row = event.target.closest("[data-row]");
    if (row && row !== current()) choose(row, false);
  });
  document.addEventListener("click", (event) => {
    const row = event.target.closest("[data-row]");
    if (row && row !== current()) choose(row, false);
  });

  // Live: the server says that something changed; parts with hx-trigger="changed from:body" fetch themselves anew.
  const changed = () => document.body.dispatchEvent(new CustomEvent("changed"));
  if (document.body.dataset.live && document.querySelector("[hx-trigger*='changed']")) {
    const source = new EventSource(document.body.dataset.live);
    let waiting = false;
    const soon = () => {
      if (waiting) return;
      waiting = true;
      setTimeout(() => { waiting = false; changed(); }, 150);
    };
    let away = false;
    source.onmessage = soon;
    source.onerror = () => { away = true; };
    source.onopen = () => { if (away) soon(); away = false; };
  }

  // The tab's icon is the disc of the most urgent lead.
  const showIcon = () => {
    const icon = document.querySelector("[data-favicon]")?.dataset.favicon;
    if (icon) document.getElementById("favicon").href = icon;
  };

  // A refreshed part keeps the chosen row while it stays in its group, else the first one is chosen; and what was
  // unfolded stays so. Focus stays with the element of the same id (htmx does that) or with the same link.
  let chosen = null;
  let unfolded = [];
  let link = null;
  document.addEventListener("htmx:beforeSwap", () => {
    chosen = current() ?? chosen;
    link = document.activeElement?.getAttribute("href");
    unfolded = [...document.querySelectorAll("details[id][open]")].map((each) => each.id);
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    for (const id of unfolded) document.getElementById(id)?.setAttribute("open", "");
    const again = chosen?.id && document.getElementById(chosen.id);
    const row = again && again.dataset.group === chosen.dataset.group ? again : rows()[0];
    if (row) choose(row, false);
    if (link && document.activeElement === document.body) document.querySelector(`main [href="${CSS.escape(link)}"]`)?.focus({ preventScroll: true });
    showIcon();
    if (event.detail.target.id === "dialog-body") dialog.showModal();
    tick();
  });

  // Who closes a dialog goes on where they were, even if what opened it was refreshed meanwhile.
  dialog?.addEventListener("close", () => {
    if (document.activeElement === document.body || dialog.contains(document.activeElement)) choose(current(), true);
  });

  // Dialogs close when what they asked for is done; a refusal is told in the form that asked.
  document.body.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful && dialog?.contains(event.detail.elt) && event.detail.requestConfig.verb === "post") dialog.close();
  });
  document.addEventListener("htmx:responseError", (event) => {
    const form = event.detail.elt.closest("form");
    const slot = form?.querySelector(".error");
    if (slot) slot.textContent = event.detail.xhr.responseText;
    else toast(event.detail.xhr.responseText);
  });
  const SHOWN = 12000;
  document.addEventListener("htmx:oobAfterSwap", () => {
    for (const box of document.querySelectorAll(".toast")) setTimeout(() => box.remove(), SHOWN);
  });
  const toast = (text) => {
    const box = document.createElement("div");
    box.className = "toast error";
    box.textContent = text;
    document.getElementById("toasts").replaceChildren(box);
  };
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-close]")) event.target.closest(".toast, dialog")?.[event.target.closest(".toast") ? "remove" : "close"]();
    for (const panel of document.querySelectorAll("details.me[open]")) if (!panel.contains(event.target)) panel.open = false;
  });

  if (!current() && rows().length) choose(rows()[0], false);
  showIcon();
  tick();
})();
