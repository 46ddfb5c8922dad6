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
  const note = (id: string, applies: boolean, words: string) => ({ id, applies, text: { key: 'plain', values: { words } } });
  return [
    note('full_only', draft.stages.full && !draft.stages.incremental, 'If you perform only full data migration, do not write data to the source database during data migration.'),
    note('eviction', true, 'The destination’s maxmemory-policy is allkeys-lru. Unless it is noeviction, data may become inconsistent between the source and destination databases.'),
    note('version', false, 'The version of the destination must be the same as or later than the version of the source.'),
    note('bandwidth', false, 'The server of the source must have sufficient egress bandwidth. Otherwise, the data migration speed is affected.'),
    note('expired', false, 'Keys that expired and were not deleted yet are not migrated, so the destination may have fewer keys.'),
  ];
}
