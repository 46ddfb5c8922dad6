import { type Pasted, readHostPort, type Remark, tcp } from './pasted';
import { readUri } from './uri';

/** Options of redis-cli that take a value and say nothing about where to connect. */
const WITH_VALUE = new Set([
  '-r', '-i', '-d', '-D', '-X', '-t', '--sni', '--cacert', '--cacertdir', '--cert', '--key', '--tls-ciphers', '--tls-ciphersuites', '--pattern',
  '--quoted-pattern', '--rdb', '--functions-rdb', '--pipe-timeout', '--memkeys-samples', '--keystats-samples', '--cursor', '--top', '--eval',
  '--show-pushes', '--count', '--lru-test',
]);

/** A whole line for redis-cli or valkey-cli, with what stands before it in a shell; null for anything else. */
export function readRedisCli(text: string): Pasted | null {
  const words = shellWords(text.trim());
  const at = words?.findIndex((word) => /(^|[\\/])(redis|valkey)-cli(\.exe)?$/.test(word)) ?? -1;
  if (!words || at < 0) return null;
  const read: Pasted = { endpoint: { access: 'tcp', host: '127.0.0.1', port: '6379', account: '' }, password: fromEnvironment(words.slice(0, at)), name: null, remarks: [] };
  const remark = (...more: Remark[]) => (read.remarks = [...new Set([...read.remarks, ...more])]);

  for (let i = at + 1; i < words.length; i += 1) {
    const word = words[i] ?? '';
    const value = () => words[(i += 1)] ?? '';
    switch (word) {
      case '-h': {
        const address = readHostPort(value());
        if (!address) return null;
        read.endpoint = { ...read.endpoint, ...tcp({ host: address.host, port: address.port ?? read.endpoint.port ?? null }, null) };
        break;
      }
      case '-p':
        read.endpoint.port = value();
        break;
      case '-s':
        read.endpoint = { ...read.endpoint, access: 'unix', path: value(), host: '', port: '6379' };
        break;
      case '-a':
      case '--pass':
        read.password = value();
        break;
      case '--user':
        read.endpoint.account = value();
        break;
      case '-u': {
        const uri = readUri(value());
        if (!uri) return null;
        read.endpoint = { ...read.endpoint, ...uri.endpoint, account: [uri.endpoint.account, read.endpoint.account].find(Boolean) ?? '' };
        read.password = uri.password ?? read.password;
        remark(...uri.remarks);
        break;
      }
      case '-n':
        if (value() !== '0') remark('database');
        break;
      case '--tls':
        remark('tls');
        break;
      case '-c':
        remark('cluster');
        break;
      default:
        if (WITH_VALUE.has(word)) i += 1;
        // The command that it was to run.
        else if (!word.startsWith('-')) return read;
    }
  }
  return read;
}

function fromEnvironment(words: string[]): string | null {
  const set = words.map((word) => /^(?:REDISCLI_AUTH|VALKEYCLI_AUTH)=(.*)$/.exec(word)?.[1]).find((value) => value !== undefined);
  return set ?? null;
}

/** Splits as a POSIX shell does, quotes and backslashes included; null where a quote has no end. */
function shellWords(text: string): string[] | null {
  const words: string[] = [];
  let word: string | null = null;
  let quote: string | null = null;
  for (let i = 0; i < text.length; i += 1) {
    const char = text.charAt(i);
    const escaped = char === '\\' && quote !== "'" && i + 1 < text.length;
    if (escaped) {
      i += 1;
      // A line that was continued.
      if (text.charAt(i) !== '\n') word = (word ?? '') + text.charAt(i);
    } else if (quote !== null) {
      if (char === quote) quote = null;
      else word = (word ?? '') + char;
    } else if (char === "'" || char === '"') {
      quote = char;
      word ??= '';
    } else if (/\s/.test(char)) {
      if (word !== null) words.push(word);
      word = null;
    } else {
      word = (word ?? '') + char;
    }
  }
  if (quote !== null) return null;
  if (word !== null) words.push(word);
  return words;
}
