// The editor of agreements: rules move by Alt+arrow and by dragging, the pass mark by its slider; a fault leads to its
// line. Each of these presses a button or fills a field that is there without it.
(() => {
  "use strict";
  const line = (target) => target.closest?.("[data-movable]");
  const button = (row, way) => row?.querySelector(`[data-move="${way}"]`);

  // Alt and an arrow move a rule, and an answer of a question even while it is typed.
  document.addEventListener("keydown", (event) => {
    const way = { ArrowUp: "up", ArrowDown: "down" }[event.key];
    if (!way || !event.altKey) return;
    const row = event.target.closest("[data-row]");
    if (!row && event.target.closest("input, textarea, select")) return;
    const pressed = button(row ?? line(event.target), way);
    if (!pressed) return;
    event.preventDefault();
    pressed.click();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[aria-disabled='true']")) event.preventDefault();
  }, true);

  // The focus goes with an answer that moves: its fields are named by its place.
  let follow = "";
  document.addEventListener("click", (event) => {
    const pressed = event.target.closest("[data-row] [data-move]:not([aria-disabled='true'])");
    const row = pressed?.closest("[data-row]");
    const beside = pressed?.dataset.move === "up" ? row?.previousElementSibling : row?.nextElementSibling;
    const focused = row?.contains(document.activeElement) ? document.activeElement : pressed;
    if (row) follow = focused.id.replace(row.dataset.row, beside.dataset.row);
  });

  // While the editor is drawn anew, whatever is pressed is about to go: it is pressed again in the new drawing, where
  // it bears the same id. So is what was held down meanwhile; and what was typed meanwhile stays.
  const editor = document.getElementById("editor");
  const values = () => [...document.querySelectorAll("#edit-form :is(input:not([type=hidden]), textarea)[id]")]
    .map((field) => [field.id, field.value]);
  let busy = false;
  let sent = new Map();
  let typed = [];
  let next = "";
  let held = null;
  let left = "";
  editor.addEventListener("htmx:beforeRequest", () => {
    busy = true;
    sent = new Map(values());
  });
  editor.addEventListener("htmx:beforeSwap", () => {
    left = document.querySelector("#edit-form [name=at]")?.value ?? "";
    typed = values().filter(([id, value]) => sent.has(id) && sent.get(id) !== value);
  });
  editor.addEventListener("click", (event) => {
    const target = event.target.closest("a[id], button[id]");
    if (!busy || !target) return;
    event.preventDefault();
    event.stopPropagation();
    next = target.id;
  }, true);
  editor.addEventListener("pointerdown", (event) => { held = event.target.closest("a[id], button[id]"); });
  document.addEventListener("pointerup", () => {
    if (held && !held.isConnected) document.getElementById(held.id)?.click();
    held = null;
  });
  editor.addEventListener("htmx:afterRequest", () => {
    busy = false;
    for (const [id, value] of typed) {
      const field = document.querySelector(`#edit-form #${CSS.escape(id)}`);
      if (field) field.value = value;
    }
    const again = document.getElementById(next);
    typed = [];
    next = "";
    again?.click();
  });

  let dragged = null;
  const over = (event) => {
    const row = line(event.target);
    return dragged && row && row !== dragged && row.dataset.list === dragged.dataset.list ? row : null;
  };
  const mark = (row) => {
    for (const each of document.querySelectorAll(".is-target")) each.classList.remove("is-target");
    row?.classList.add("is-target");
  };
  document.addEventListener("dragstart", (event) => {
    dragged = line(event.target);
    event.dataTransfer?.setData("text/plain", "");
  });
  document.addEventListener("dragover", (event) => {
    const row = over(event);
    if (row) event.preventDefault();
    mark(row);
  });
  document.addEventListener("drop", (event) => {
    const row = over(event);
    if (!row) return;
    event.preventDefault();
    const to = button(dragged, "to");
    to.value = `move:${row.dataset.at.split(":")[1]}`;
    to.click();
  });
  document.addEventListener("dragend", () => { dragged = null; mark(null); });

  document.addEventListener("input", (event) => {
    const mirrored = document.getElementById(event.target.dataset.mirrors ?? "");
    const slider = event.target.id === "f-start" && document.getElementById("mark-slider");
    if (mirrored) mirrored.value = event.target.value;
    if (slider) slider.value = event.target.value.replace(",", ".");
  });

  document.addEventListener("click", (event) => {
    const fault = event.target.closest("[data-line]");
    const text = document.getElementById("yaml-text");
    if (!fault || !text) return;
    event.preventDefault();
    text.closest("details").open = true;
    const lines = text.value.split("\n");
    const above = lines.slice(0, fault.dataset.line - 1);
    const place = above.reduce((sum, each) => sum + each.length + 1, 0) + Number(fault.dataset.column) - 1;
    text.focus();
    text.setSelectionRange(place, place);
    text.scrollTop = ((fault.dataset.line - 4) * text.scrollHeight) / lines.length;
  });

  // Escape leaves the form.
  editor.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && event.target.closest("#edit-form")) document.getElementById("cancel")?.click();
  });

  // An opened form takes the focus, unless what had it is still there; a closed one gives it back to what opened it.
  document.addEventListener("htmx:afterSettle", () => {
    document.getElementById(follow)?.focus();
    follow = "";
    if (left && !document.getElementById("edit-form") && !document.activeElement.closest("#yaml")) {
      document.querySelector(`#editor a[href$="open=${left}"]`)?.focus();
    }
    left = "";
    if (document.activeElement !== document.body) return;
    document.querySelector("#edit-form :is(input:not([type=hidden], [type=checkbox]), select, textarea)")?.focus();
  });
})();
