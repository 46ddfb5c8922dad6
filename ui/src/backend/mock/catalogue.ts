import type { CommandGroup, CommandInfo, LimitNote, TaskDraft } from '../../bindings';

const GROUPS: Record<string, string> = {
  keys: 'DEL EXPIRE EXPIREAT MOVE PERSIST PEXPIRE PEXPIREAT RENAME RENAMENX RESTORE COPY',
  string: 'APPEND BITOP DECR DECRBY GETSET INCR INCRBY INCRBYFLOAT MSET MSETNX PSETEX SET SETBIT SETEX SETNX SETRANGE',
  hash: 'HDEL HINCRBY HINCRBYFLOAT HMSET HSET HSETNX HSETEX',
  list: 'BLPOP BRPOP BRPOPLPUSH LINSERT LPOP LPUSH LPUSHX LREM LSET LTRIM RPOP RPOPLPUSH RPUSH RPUSHX LMOVE',
  set: 'SADD SDIFFSTORE SINTERSTORE SMOVE SPOP SREM SUNIONSTORE',
  sorted_set: 'ZADD ZINCRBY ZINTERSTORE ZREM ZREMRANGEBYLEX ZUNIONSTORE ZREMRANGEBYRANK ZREMRANGEBYSCORE',
  stream: 'XADD XDEL XTRIM',
  scripting: 'EVAL EVALSHA FUNCTION',
  transaction: 'MULTI EXEC SELECT',
  server: 'FLUSHALL FLUSHDB',
  pubsub: 'PUBLISH',
  hyperloglog: 'PFADD PFMERGE',
  geo: 'GEOADD',
};
const ARRIVES: Record<string, string[]> = { BLPOP: ['LPOP'], BRPOP: ['RPOP'], SPOP: ['SREM', 'DEL'], EXPIRE: ['PEXPIREAT'], SETEX: ['SET'], EVAL: ['MULTI', 'EXEC'] };

export function catalogue(): CommandInfo[] {
  return Object.entries(GROUPS).flatMap(([group, names]) => names.split(' ').map((name) => ({
    name, group: group as CommandGroup, since: 'Redis 1.0', available: true,
    reference: !['COPY', 'HSETEX', 'LMOVE', 'XADD', 'XDEL', 'XTRIM', 'FUNCTION'].includes(name), arrives_as: ARRIVES[name] ?? [name],
    locked: group === 'transaction', indistinguishable: name in ARRIVES && name.startsWith('B'),
  })));
}

/** What holds for a migration; a few of them. */
export function limitNotes(draft: TaskDraft): LimitNote[] {
  const note = (id: string, applies: boolean) => ({ id, applies, text: { key: `limit.${id}`, values: {} } });
  const { full, incremental } = draft.stages;
  return [
    note('C04', full && !incremental),
    note('C06', true),
    note('C11', false),
    note('C01', false),
    note('C09', false),
  ];
}
