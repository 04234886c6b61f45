// The article page may come from a cache a few seconds old: fetch a comment just posted if it is not on it yet.
(async () => {
  const id = Number((location.hash.match(/^#comment-(\d+)$/) || [])[1]);
  const section = document.getElementById('comments');
  if (!id || !section || document.getElementById('comment-' + id)) return;
  const answer = await fetch('/article/' + section.dataset.article + '/comments.json');
  if (!answer.ok) return;
  const comment = (await answer.json()).find((one) => one.id === id);
  if (!comment) return;
  const item = document.createElement('li');
  item.id = 'comment-' + id;
  const badge = Object.assign(document.createElement('span'), { className: 'badge', textContent: comment.author[0] });
  const who = Object.assign(document.createElement('p'), { className: 'who' });
  who.append(Object.assign(document.createElement('b'), { textContent: comment.author }), ' ' + comment.created_at.slice(0, 16).replace('T', ' '));
  const text = Object.assign(document.createElement('p'), { textContent: comment.body });
  item.append(badge, who, text);
  section.querySelector('ol').prepend(item);
  item.scrollIntoView();
})();
