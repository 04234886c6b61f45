/** The example on the reference page. A test checks that SoFoot's blueprint accepts it. */
export const example = `about: Three times the visitors in twenty seconds, and a machine that is lost meanwhile.
route: www.sofoot.test
traffic:
  - { hold: 1000 requests/s, for: 30s }
  - { ramp: 3000 requests/s, over: 20s }
  - { hold: 3000 requests/s, for: 2min }
mix:
  - { what: front page, weight: 80, get: / }
  - { what: articles, weight: 19, get: "/article/{id}", draw: { id: { from: 1, to: 850, favour: newest } } }
  - { what: comments, weight: 1, post: /article/1/comments, form: { author: A fan, body: "{mark}" } }
faults:
  - { at: 60s, kill: web-1 }
  - { at: 90s, cut: database-2, for: 20s }
watch: 5min
objectives: { p99: 500ms }`;
