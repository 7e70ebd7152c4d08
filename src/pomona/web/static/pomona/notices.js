// Notifications of this browser: who switched them on hears of leads on whatever page they are. What was shown is kept
// in the browser, by user; nothing kept means switched off. Of all open tabs one watches, whichever holds the lock.
(() => {
  "use strict";
  const { live, notices, user } = document.body.dataset;
  const key = `notices of ${user}`;
  const MOST_KEPT = 100;
  const kept = () => JSON.parse(localStorage.getItem(key));
  const supported = "Notification" in window && "locks" in navigator;
  const isOn = () => supported && Notification.permission === "granted" && kept() !== null;

  const show = ({ id, title, url }) => {
    const shown = new Notification(title, { tag: `pomona ${id}` });
    shown.onclick = () => { shown.close(); window.open(url); };
  };
  const look = async () => {
    if (!isOn()) return;
    const answer = await fetch(notices, { method: "POST", headers: JSON.parse(document.body.getAttribute("hx-headers")) });
    if (!answer.ok) return;
    const waiting = await answer.json();
    const before = kept() ?? [];
    localStorage.setItem(key, JSON.stringify([...new Set([...before, ...waiting.map((each) => each.id)])].slice(-MOST_KEPT)));
    for (const each of waiting) if (!before.includes(each.id)) show(each);
  };
  const watch = () => new Promise(() => {
    const source = new EventSource(live);
    source.onopen = look;
    source.addEventListener("notice", look);
  });
  let watching = false;
  const begin = () => {
    if (watching || !isOn()) return;
    watching = true;
    navigator.locks.request(key, watch);
  };

  // The line on the inbox: on, off, or why it cannot be.
  const box = document.getElementById("notices");
  const state = () => {
    if (!supported) return "missing";
    if (Notification.permission === "denied") return "blocked";
    return isOn() ? "on" : "off";
  };
  const draw = (name = state()) => {
    for (const line of box?.children ?? []) line.hidden = line.dataset.state !== name;
  };
  const switchOn = async () => {
    if (await Notification.requestPermission() !== "granted") return draw();
    try {
      new Notification(box.dataset.works, { tag: key });
    } catch {
      return draw("missing"); // a phone: only a service worker could show it
    }
    localStorage.setItem(key, "[]");
    begin();
    draw();
  };
  box?.addEventListener("click", (event) => {
    if (!event.target.closest("button")) return;
    if (isOn()) {
      localStorage.removeItem(key);
      draw();
    } else switchOn();
  });
  draw();
  begin();
})();
