/** HTML and SVG as text. What is text is escaped, what was made by `tag` is not escaped again. */
export interface Markup {
  readonly html: string;
}

type Child = Markup | string | number;
type Attributes = Readonly<Record<string, string | number | undefined>>;

const empty = new Set(['meta', 'br', 'line', 'rect', 'circle', 'path']);

export function tag(name: string, attributes: Attributes = {}, ...children: readonly Child[]): Markup {
  const written = Object.entries(attributes)
    .flatMap(([key, value]) => (value === undefined ? [] : [` ${key}="${escape(shown(value))}"`]))
    .join('');
  if (children.length === 0 && empty.has(name)) return { html: `<${name}${written}/>` };
  return { html: `<${name}${written}>${children.map(inner).join('')}</${name}>` };
}

/** Several, with nothing around them. */
export function all(...children: readonly Child[]): Markup {
  return { html: children.map(inner).join('\n') };
}

/** A style sheet, which HTML does not escape. */
export function style(css: string): Markup {
  return { html: `<style>${css}</style>` };
}

function inner(child: Child): string {
  return typeof child === 'object' ? child.html : escape(shown(child));
}

/** A hundredth of a pixel is enough. */
function shown(value: string | number): string {
  return typeof value === 'number' ? String(Math.round(value * 100) / 100) : value;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
