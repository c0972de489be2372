(() => {
  'use strict';
  const byId = (id) => document.getElementById(id);
  const live = byId('live');
  const list = byId('dependencies');
  const structure = document.body.dataset.structure;
  let stream, lost, shown;

  const icons = {ok: '%23007a5a', note: '%230063a6', warn: '%23e69f00', bad: '%23c5221f'};
  const marks = {ok: 'M6 12l4 5 8-10', note: 'M6 12l4 5 8-10', warn: 'M12 5v8m0 4v2', bad: 'M7 7l10 10M17 7L7 17'};
  function icon(level) {
    document.querySelector('link[rel=icon]').href = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24'>" +
      `<rect width='24' height='24' rx='5' fill='${icons[level]}'/><path d='${marks[level]}' fill='none' stroke='white' stroke-width='3'/></svg>`;
  }

  function say(text, stale) {
    if (live.textContent !== text) live.textContent = text;
    document.body.classList.toggle('stale', stale);
  }

  function show(frame) {
    if (frame.structure !== structure) return location.reload();
    for (const [id, html] of Object.entries(frame.parts)) {
      const part = byId(id);
      if (part) part.innerHTML = html;
    }
    for (const [id, level] of frame.order) byId(id).className = 'dep lvl-' + level;
    // What is wrong is on top, unless somebody is reading or typing further down.
    const order = frame.order.map(([id]) => id);
    const now = [...list.children].map((d) => d.id);
    if (order.join() !== now.join() && !list.contains(document.activeElement)) order.forEach((id) => list.append(byId(id)));
    document.title = frame.title;
    if (shown !== frame.level) {
      document.body.classList.remove('lvl-ok', 'lvl-note', 'lvl-warn', 'lvl-bad');
      document.body.classList.add('lvl-' + frame.level);
      icon(shown = frame.level);
    }
  }

  function open() {
    if (stream) return;
    stream = new EventSource('events');
    stream.onopen = () => { clearTimeout(lost); say('· live', false); };
    stream.onmessage = (e) => { say('· live', false); show(JSON.parse(e.data)); };
    stream.onerror = () => {
      say('· NOT CONNECTED: this is how it was', true);
      if (stream.readyState !== EventSource.CLOSED) return;
      close(); // refused: too many look, or the program is ending
      lost = setTimeout(retry, 5000);
    };
  }

  // A page that gets no stream loads itself again, but only if there is something to load.
  function retry() {
    fetch('snapshot.json').then((r) => r.ok && location.reload()).catch(() => {}).finally(() => { lost = setTimeout(retry, 5000); });
  }

  function close() {
    if (stream) stream.close();
    stream = undefined;
  }

  // A hidden tab costs the program nothing.
  document.addEventListener('visibilitychange', () => document.hidden ? close() : open());
  addEventListener('pagehide', close);
  addEventListener('pageshow', open);
  icon(document.body.className.replace('lvl-', ''));
  if (!document.hidden) open();
})();
