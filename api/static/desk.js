/* What the desk gains with JavaScript: keys, focus from passage to card and back, notes that save themselves, cards
   swapped in place. Every form works without it. Nothing newer than Chromium 86. */
(function () {
  'use strict';
  var root = document.documentElement;
  root.classList.add('js');

  function all(selector, within) { return Array.from((within || document).querySelectorAll(selector)); }
  function one(selector, within) { return (within || document).querySelector(selector); }
  function token() { var field = one('input[name=csrf]'); return field ? field.value : ''; }
  function post(url, pairs) {
    var body = new URLSearchParams();
    body.append('csrf', token());
    pairs.forEach(function (pair) { body.append(pair[0], pair[1]); });
    return fetch(url, { method: 'POST', body: body, credentials: 'same-origin', headers: { 'X-Requested-With': 'fetch' } });
  }
  function tell(words) { var toast = one('.toast'); if (toast) { toast.textContent = words; } }
  function busy(event) {
    var where = event.target;
    return event.isComposing || event.ctrlKey || event.altKey || event.metaKey ||
      (where.matches && where.matches('input:not([type=checkbox]):not([type=radio]), select, textarea'));
  }

  all('[data-print]').forEach(function (button) { button.addEventListener('click', function () { window.print(); }); });

  /* progress: ask again, swap what changed, go on when it is done */
  var live = one('[data-poll]');
  if (live) {
    window.setInterval(function () {
      fetch(location.href, { credentials: 'same-origin' }).then(function (answer) {
        if (answer.redirected) { location.href = answer.url; return ''; }
        if (!answer.ok) { throw new Error(String(answer.status)); }
        return answer.text();
      }).then(function (text) {
        if (!text) { return; }
        var fresh = one('[data-poll]', new DOMParser().parseFromString(text, 'text/html'));
        if (fresh) { live.replaceChildren.apply(live, Array.from(fresh.childNodes)); } else { location.reload(); }
      }).catch(function () { tell('暂时连不上，稍后自动再试'); });
    }, 1500);
  }

  /* queue: arrows or J K choose a row, Enter opens it */
  var rows = all('[data-rows] tbody tr');
  if (rows.length) {
    var row = -1;
    document.addEventListener('keydown', function (event) {
      var step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
      if (busy(event) || !step) { return; }
      row = Math.min(Math.max(row + step, 0), rows.length - 1);
      rows.forEach(function (other, at) { other.classList.toggle('now', at === row); });
      var link = one('a', rows[row]);
      if (link) { link.focus(); event.preventDefault(); }
    });
  }

  /* the case */
  var desk = one('[data-case]');
  if (!desk) { return; }
  var base = '/cases/' + encodeURIComponent(desk.dataset.case);
  var current = null;
  var looks = !!desk.dataset.looks;
  var waiting = [];

  function cards() { return all('.card').filter(function (card) { return !card.hidden; }); }
  function marks(item) {
    return all('.hit, .leaf a').filter(function (mark) { return mark.dataset.items.split(' ').indexOf(item) >= 0; });
  }
  function rove() {
    var links = all('.paper .hit');
    links.forEach(function (link) { link.tabIndex = -1; });
    var first = links.filter(function (link) { return link.classList.contains('current'); })[0] || links[0];
    if (first) { first.tabIndex = 0; }
  }
  function show(card, focus) {
    if (!card) { return; }
    all('.card.current, .hit.current, .leaf .current').forEach(function (old) { old.classList.remove('current'); });
    current = card;
    card.classList.add('current');
    var own = marks(card.dataset.item);
    own.forEach(function (mark) { mark.classList.add('current'); });
    rove();
    if (focus === 'still') { /* when the page opens only the side may move, never the page */
      var side = one('.side');
      if (side.clientHeight < card.offsetTop + card.offsetHeight && side.scrollHeight > side.clientHeight) { side.scrollTop = card.offsetTop - 110; }
    } else {
      if (focus !== 'text' && own[0]) { own[0].scrollIntoView({ block: 'center' }); }
      card.scrollIntoView({ block: 'nearest' });
    }
    if (focus === 'card') { card.focus({ preventScroll: true }); }
    look(card);
  }
  function look(card) {
    if (!looks || card.dataset.opened) { return; }
    window.setTimeout(function () {
      if (card !== current || card.dataset.opened) { return; }
      card.dataset.opened = '1';
      waiting.push(card.dataset.item);
      window.setTimeout(sendLooks, 300);
    }, 600);
  }
  function seen(card) { /* who decides has looked, however fast */
    if (!looks || card.dataset.opened) { return Promise.resolve(); }
    card.dataset.opened = '1';
    return post(base + '/opened', [['item', card.dataset.item]]);
  }
  function sendLooks() {
    if (!waiting.length) { return; }
    var items = waiting;
    waiting = [];
    post(base + '/opened', items.map(function (item) { return ['item', item]; })).then(function (answer) {
      if (!answer.ok) { throw new Error(String(answer.status)); }
      items.forEach(function (item) {
        var flag = one('#c-' + item + ' [data-unseen]');
        if (flag) { flag.remove(); }
      });
    }).catch(function () {
      items.forEach(function (item) { var card = one('#c-' + item); if (card) { delete card.dataset.opened; } });
      tell('“已看”没有记上，请检查网络');
    });
  }
  function go(step) {
    var shown = cards();
    var at = shown.indexOf(current) + step;
    if (at >= 0 && at < shown.length) { show(shown[at], 'card'); return; }
    var link = one(step > 0 ? 'a[rel=next]' : 'a[rel=prev]');
    if (link && shown.indexOf(current) >= 0) { location.href = link.href; return; }
    tell(step > 0 ? '已是最后一处' : '已是第一处');
  }

  /* a form that is answered with the page: swap what is live and leave the rest, the note among it, alone */
  function swap(text, sent) {
    var fresh = new DOMParser().parseFromString(text, 'text/html');
    if (!one('[data-case]', fresh)) { return false; }
    all('[data-live]').forEach(function (old) {
      var now = fresh.getElementById(old.id);
      if (!now || now.outerHTML === old.outerHTML) { return; }
      var half = one('[name=reason]', old);
      var made = document.importNode(now, true);
      if (half && half.value && old.id !== sent && one('[name=reason]', made)) { one('[name=reason]', made).value = half.value; }
      old.replaceWith(made);
    });
    all('.paper .hit').forEach(function (old) {
      var now = old.id ? fresh.getElementById(old.id) : null;
      if (now) { old.className = now.className; }
    });
    hide();
    return true;
  }
  function send(form, button) {
    var pairs = Array.from(new FormData(form)).filter(function (pair) { return pair[0] !== 'csrf'; });
    if (button && button.name) { pairs.push([button.name, button.value]); }
    var item = form.closest('.card').dataset.item;
    var card = one('#c-' + item);
    var later = cards().slice(cards().indexOf(card) + 1);
    var after = later.filter(function (other) { return other.dataset.state === 'open'; })[0] || later[0];
    var next = button && button.name && after ? after.dataset.item : item;
    root.setAttribute('aria-busy', 'true');
    return seen(card).then(function () { return post(form.getAttribute('action'), pairs); }).then(function (answer) {
      return answer.text().then(function (text) {
        root.removeAttribute('aria-busy');
        if (answer.ok && swap(text, 'c-' + item)) { tell(''); show(one('#c-' + next), 'card'); return; }
        var why = one('[data-error]', new DOMParser().parseFromString(text, 'text/html'));
        tell(why ? why.textContent.trim() : '没有办成，请刷新页面后再试');
        show(one('#c-' + item), 'card');
      });
    }).catch(function () { root.removeAttribute('aria-busy'); tell('连不上服务器，这一处没有处理，请再试'); });
  }
  document.addEventListener('submit', function (event) {
    var form = event.target;
    if (!form.matches('.card form')) { return; }
    event.preventDefault();
    send(form, event.submitter);
  });

  function decide(key) {
    var button = current && one('[data-key="' + key + '"]', current);
    if (!button) { return; }
    var again = button.closest('details.again');
    if (again && !again.open) { tell('已有决定；要改，先展开“另作决定”'); return; }
    if (button.disabled) { tell(button.title); return; }
    var reason = one('[name=reason]', current);
    if (!button.dataset.reason && !reason.value.trim()) {
      tell('放行和送审同意须写明理由：写好后按回车');
      reason.dataset.then = key;
      reason.focus();
      return;
    }
    send(button.form, button);
  }
  document.addEventListener('keydown', function (event) {
    if (event.target.name === 'reason' && event.target.closest('.card') && event.key === 'Enter' && !event.isComposing) {
      event.preventDefault();
      if (event.target.dataset.then) { decide(event.target.dataset.then); } else { tell('请选一种处理，或按 Esc 后按 1 至 6'); }
      return;
    }
    if (event.key === 'Escape' && event.target.closest('.side') && current && !event.isComposing) { current.focus(); return; }
    if (!keysOn() || busy(event)) { return; }
    var key = event.key.toLowerCase();
    if (key === 'j') { go(1); } else if (key === 'k') { go(-1); } else if (/^[1-6]$/.test(key)) { decide(key); } else if (key === 'u') {
      var undo = current && one('.undo form', current);
      if (undo) { send(undo, null); }
    } else if (key === 'n') {
      var note = one('#notes');
      if (note) { note.focus(); note.scrollIntoView({ block: 'center' }); }
    } else if (key === '?') {
      var help = one('.keys');
      if (help) { help.hidden = !help.hidden; }
    } else { return; }
    event.preventDefault();
  });

  /* passage to card and back; between passages with the arrows */
  document.addEventListener('click', function (event) {
    var link = event.target.closest('.hit, .leaf a, .no a');
    if (link) {
      var card = one(link.getAttribute('href'));
      if (card) { event.preventDefault(); show(card, 'card'); }
      return;
    }
    var back = event.target.closest('[data-back]');
    var own = back && marks(back.closest('.card').dataset.item)[0];
    if (own) {
      event.preventDefault();
      show(back.closest('.card'));
      own.focus();
      return;
    }
    var inside = event.target.closest('.card');
    if (inside && inside !== current) { show(inside, 'text'); }
  });
  document.addEventListener('focusin', function (event) {
    var card = event.target.closest('.card');
    if (card && card !== current) { show(card, 'text'); }
  });
  one('.paper').addEventListener('keydown', function (event) {
    var step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step || !event.target.matches('.hit')) { return; }
    var links = all('.paper .hit');
    var next = links[links.indexOf(event.target) + step];
    if (next) {
      event.preventDefault();
      links.forEach(function (link) { link.tabIndex = -1; });
      next.tabIndex = 0;
      next.focus();
    }
  });

  /* show and hide by severity, category, state */
  function hide() {
    var off = all('[data-hide]').filter(function (box) { return !box.checked; }).map(function (box) { return box.dataset.hide; });
    var gone = 0;
    all('.card').forEach(function (card) {
      card.hidden = ['severity:' + card.dataset.severity, 'category:' + card.dataset.category, 'state:' + card.dataset.state]
        .some(function (name) { return off.indexOf(name) >= 0; });
      gone += card.hidden ? 1 : 0;
    });
    all('.hit').forEach(function (mark) {
      mark.classList.toggle('off', mark.dataset.items.split(' ').every(function (item) {
        var card = one('#c-' + item);
        return card && card.hidden;
      }));
    });
    var count = one('[data-hidden-count]');
    if (count) { count.textContent = gone ? '已隐藏 ' + gone + ' 处' : ''; }
  }
  all('[data-hide]').forEach(function (box) { box.addEventListener('change', hide); });

  /* keys can be switched off; only this choice is kept in the browser */
  var keysBox = one('[data-keys]');
  function keysOn() { return !keysBox || keysBox.checked; }
  function stored(value) {
    try {
      if (value !== undefined) { localStorage.setItem('xianshen-keys', value); }
      return localStorage.getItem('xianshen-keys');
    } catch (error) { return null; }
  }
  if (keysBox) {
    keysBox.checked = stored() !== 'off';
    var mark = function () { keysBox.closest('.legend').classList.toggle('off', !keysBox.checked); };
    keysBox.addEventListener('change', function () { stored(keysBox.checked ? 'on' : 'off'); mark(); });
    mark();
  }

  /* the note saves itself: after a pause, on leaving the field, on leaving the page */
  var notes = one('#notes');
  if (notes) {
    var saved = one('[data-saved]');
    var kept = notes.value;
    var timer = 0;
    var say = function (words, bad) { saved.textContent = words; saved.classList.toggle('bad', !!bad); };
    var save = function () {
      window.clearTimeout(timer);
      var words = notes.value;
      if (words === kept) { return; }
      say('正在保存…');
      post(base + '/notes', [['notes', words]]).then(function (answer) {
        if (!answer.ok || answer.redirected && /\/login/.test(answer.url)) { throw new Error(String(answer.status)); }
        kept = words;
        say(notes.value === words ? '已保存 ' + new Date().toTimeString().slice(0, 5) : '正在输入…');
      }).catch(function () {
        say('未保存：连不上或登录已过期，十秒后再试；请勿关闭本页', true);
        timer = window.setTimeout(save, 10000);
      });
    };
    notes.addEventListener('input', function () {
      say('正在输入…');
      window.clearTimeout(timer);
      timer = window.setTimeout(save, 1200);
    });
    notes.addEventListener('blur', save);
    window.addEventListener('pagehide', function () {
      if (notes.value === kept) { return; }
      var body = new URLSearchParams([['csrf', token()], ['notes', notes.value]]);
      navigator.sendBeacon(base + '/notes', body);
    });
  }

  rove();
  var wanted = location.hash && one(location.hash.replace('#t-', '#c-'));
  var first = wanted && wanted.matches('.card') ? wanted : one('.card[data-state=open]') || one('.card');
  if (first) { show(first, wanted ? 'card' : 'still'); }
}());
