import ts from 'typescript';
import { expect, it } from 'vitest';

import phrases from '../bindings/phrases.json';

import { en } from './en';
import { zh } from './zh';

interface Tree {
  [key: string]: string | Tree;
}

/** `a.b.c` → text. */
function flat(tree: Tree, prefix = ''): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [[prefix + key, value] as [string, string]] : flat(value, `${prefix}${key}.`));
}

const english = flat(en);
const chinese = new Map(flat(zh));

/** Names, units and commands, which no language changes. */
const SAME = [
  /^app\.name$/, /^common\.unknown$/, /^settings\.(english|chinese)(_short)?$/, /\.tcp$/, /test_stage\.(ping|info|psync|tcp|tls|dns)$/i,
  /\.access_tcp$/, /test\.stage\.(dns|tls|auth|ping|info)$/, /^spool\.unit$/, /^instance\.name\.\w*(small|medium|large)$/, /databases?\.name$/, /^create\.database$/, /^tasks\.keys_of$/, /mebibytes$/, /^unit\.(percent|per_second|bytes)$/,
];
/** Where a language has more forms of a plural, they are one text here. */
const keyOf = (key: string) => key.replace(/_one$/, '_other');
const letters = (text: string) => /\p{L}/u.test(text.replace(/\{\{.*?\}\}|<\/?\w+>/g, ''));
const holes = (text: string) => [...text.matchAll(/\{\{(.*?)\}\}|<(\w)>/g)].map((match) => match[0]).sort();

it('says everything in Chinese too', () => {
  const missing = english.filter(([key]) => !chinese.has(keyOf(key))).map(([key]) => key);
  expect(missing).toEqual([]);
  const left = english
    .filter(([key, text]) => letters(text) && chinese.get(keyOf(key)) === text && !SAME.some((rule) => rule.test(key)))
    .map(([key, text]) => `${key}: ${text}`);
  expect(left).toEqual([]);
});

it('has Chinese for every phrase of the program', () => {
  const missing = flat(phrases as Tree).filter(([key, text]) => letters(text) && !/\p{Script=Han}/u.test(chinese.get(`phrases.${keyOf(key)}`) ?? ''));
  expect(missing.map(([key]) => key)).toEqual([]);
});

it('fills in the same values in both languages', () => {
  const differ = english
    .filter(([key, text]) => holes(text).join() !== holes(chinese.get(keyOf(key)) ?? '').join())
    .map(([key, text]) => `${key}: ${text} | ${chinese.get(keyOf(key))}`);
  expect(differ).toEqual([]);
});

it('writes Chinese as Chinese is written', () => {
  const odd = [...chinese].filter(([, text]) => {
    const plain = text.replace(/\{\{.*?\}\}|<\/?\w+>/g, 'x');
    // A comma, colon or question mark of the Latin kind beside a Han character, or “您” and “你” mixed.
    return /\p{Script=Han}[,;?!]|[,;?!]\p{Script=Han}|\p{Script=Han}[:.](?!\w)|你/u.test(plain);
  });
  expect(odd).toEqual([]);
});

const SPOKEN = new Set(['aria-label', 'title', 'placeholder', 'alt', 'label', 'okText', 'cancelText', 'description', 'aria-description', 'aria-roledescription', 'aria-valuetext']);

/** What a component says by itself instead of through `t`. */
function literals(file: string, source: string): string[] {
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.ES2022, true, ts.ScriptKind.TSX);
  const found: string[] = [];
  const report = (node: ts.Node, text: string) => {
    if (letters(text)) found.push(`${file}:${tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1}: ${text.trim()}`);
  };
  const textOf = (node: ts.Expression): string => {
    if (ts.isStringLiteralLike(node)) return node.text;
    if (ts.isTemplateExpression(node)) return [node.head, ...node.templateSpans.map((span) => span.literal)].map((part) => part.text).join('');
    if (ts.isConditionalExpression(node)) return `${textOf(node.whenTrue)} ${textOf(node.whenFalse)}`;
    if (ts.isBinaryExpression(node)) return `${textOf(node.left)} ${textOf(node.right)}`;
    return '';
  };
  const visit = (node: ts.Node): void => {
    if (ts.isJsxText(node)) report(node, node.text);
    if (ts.isJsxExpression(node) && node.expression && (ts.isJsxElement(node.parent) || ts.isJsxFragment(node.parent))) report(node, textOf(node.expression));
    if (ts.isJsxAttribute(node) && SPOKEN.has(node.name.getText(tree)) && node.initializer) {
      report(node, ts.isStringLiteral(node.initializer) ? node.initializer.text : ts.isJsxExpression(node.initializer) && node.initializer.expression ? textOf(node.initializer.expression) : '');
    }
    if (ts.isPropertyAssignment(node) && SPOKEN.has(node.name.getText(tree))) report(node, textOf(node.initializer));
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

/** Written as people type or paste them, in every language. */
const EXAMPLES = /^src\/.*: (\/run\/redis\/redis\.sock|redis:\/\/\S*|[\w.-]+:\d+|redis_to_redis\S*|Redis|cn-hangzhou|r-bp1x+|Ctrl|⌘|Alt|Shift|Esc|Enter|F\d+|K|N|F)$/;

it('speaks through the catalogue only', () => {
  expect(literals('x.tsx', '<p title="Hello">Hi {a ? "yes" : `no`} {t("k")} {"—"}</p>')).toEqual(['x.tsx:1: Hello', 'x.tsx:1: Hi', 'x.tsx:1: yes no']);
  const sources = import.meta.glob<string>(['../**/*.tsx', '!../**/*.test.tsx'], { query: '?raw', import: 'default', eager: true });
  expect(Object.keys(sources).length).toBeGreaterThan(20);
  const found = Object.entries(sources).flatMap(([file, source]) => literals(file.replace(/^\.\./, 'src'), source)).filter((line) => !EXAMPLES.test(line));
  expect(found).toEqual([]);
});
