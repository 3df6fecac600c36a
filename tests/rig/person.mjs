// A person at a browser, without a browser: follows redirects, keeps cookies, fills in forms.
//   node person.mjs authorize URL [--deny]       signs in and consents, and is sent back to the program
//   node person.mjs device URL [--deny]          confirms the device code that is in URL
import { parseArgs } from 'node:util';

const { values, positionals: [what, start] } = parseArgs({ allowPositionals: true, options: { deny: { type: 'boolean' } } });
const cookies = new Map();

/** Asks until an answer is no redirect. */
async function open(url, form) {
  for (let hops = 0; hops < 20; hops++) {
    const answer = await fetch(url, {
      redirect: 'manual',
      method: form ? 'POST' : 'GET',
      body: form && new URLSearchParams(form),
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
    });
    for (const line of answer.headers.getSetCookie()) {
      const [name, ...value] = line.split(';')[0].split('=');
      cookies.set(name, value.join('='));
    }
    const next = answer.headers.get('location');
    if (!next) return { url, html: await answer.text() };
    url = new URL(next, url).href;
    form = undefined;
  }
  throw new Error('the redirects do not end');
}

/** Presses the button of the page's form, or the link that says no. */
function press(page) {
  if (values.deny && page.html.includes('/abort"')) {
    return open(new URL(/href="([^"]+\/abort)"/.exec(page.html)[1], page.url).href);
  }
  const action = new URL(/action="([^"]+)"/.exec(page.html)[1].replaceAll('&amp;', '&'), page.url).href;
  const fields = {};
  for (const [input] of page.html.matchAll(/<input[^>]*>/g)) {
    const of = (name) => new RegExp(`${name}="([^"]*)"`).exec(input)?.[1];
    if (of('type') === 'hidden') fields[of('name')] = of('value') ?? '';
  }
  if (page.html.includes('name="login"')) Object.assign(fields, { login: 'ada', password: 'x' });
  if (values.deny && what === 'device') fields.abort = 'yes';
  return open(action, fields);
}

let page = await open(start);
for (let pages = 0; pages < 6 && /<form/.test(page.html); pages++) page = await press(page);
console.log(page.html.replace(/<(style|script)[\s\S]*?<\/\1>|<[^>]+>/g, ' ').replace(/\s+/g, ' ').trim());
