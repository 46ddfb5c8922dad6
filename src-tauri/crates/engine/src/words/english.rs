//! The English words of every phrase, by key. `{{name}}` is a value.

/// Key and template. Keys of a thing begin with its id, so that what belongs together stands
/// together.
pub(super) const TEMPLATES: &[(&str, &str)] = &[
    ("plain", "{{words}}"),
    // What each check looks at: its title, how it looks, and what happens otherwise.
    ("item.source_reachable", "Reach the source"),
    ("how.source_reachable", "Connected to the source, authenticated, and asked INFO and PING."),
    ("risk.source_reachable", "Without the source there is nothing to migrate."),
    ("item.destination_reachable", "Reach the destination"),
    (
        "how.destination_reachable",
        "Connected to the destination, authenticated, and asked INFO and PING.",
    ),
    ("risk.destination_reachable", "Without the destination nothing can be written."),
    ("item.psync_permission", "Permission to replicate from the source"),
    (
        "how.psync_permission",
        "Sent TIME, PING, REPLCONF and a PSYNC that the source must refuse for its form, so that no \
         replication starts.",
    ),
    (
        "risk.psync_permission",
        "The source does not start replication for this account: the task cannot read anything.",
    ),
    ("item.read_permission", "Permission to read keys at the source"),
    (
        "how.read_permission",
        "Ran SELECT, SCAN, EXISTS, TYPE, DUMP, PTTL and the like at the source, on a key that does \
         not exist.",
    ),
    (
        "risk.read_permission",
        "Keys that a command in the stream cannot be expressed for are read again at the source; \
         without this permission the task holds there.",
    ),
    ("item.write_permission", "Permission to write at the destination, command by command"),
    (
        "how.write_permission",
        "Queued every command that the task can send inside MULTI at the destination, and discarded \
         them all.",
    ),
    ("risk.write_permission", "The task holds at the first command that the destination refuses."),
    ("item.client_kill", "Ending connections of an earlier run"),
    ("how.client_kill", "Queued CLIENT KILL and CLIENT LIST inside MULTI, and discarded them."),
    (
        "risk.client_kill",
        "After a break, what still lay in an old connection can be applied a second time.",
    ),
    ("item.source_role", "Role and replication state of the source"),
    ("how.source_role", "INFO replication and INFO persistence at the source."),
    (
        "risk.source_role",
        "A source that loads its data, or has lost its primary, starts no replication.",
    ),
    ("item.destination_role", "The destination takes writes"),
    (
        "how.destination_role",
        "INFO replication and INFO persistence at the destination, and what it answered to queued \
         writes.",
    ),
    ("risk.destination_role", "A replica, or a server that loads its data, refuses every write."),
    ("item.standalone_servers", "Standalone servers on both sides"),
    ("how.standalone_servers", "INFO server and CLUSTER INFO on both sides."),
    ("risk.standalone_servers", "Of a cluster only one shard would be migrated."),
    ("item.same_instance", "Two different servers, no loop"),
    ("how.same_instance", "Compared run_id and master_replid of both sides."),
    (
        "risk.same_instance",
        "A server that is migrated to itself or to its own replica overwrites what it reads.",
    ),
    ("item.sides_swapped", "Source and destination are not swapped"),
    (
        "how.sides_swapped",
        "Compared the number of keys, the clients and the writes of both sides, and the environments \
         that were chosen for them.",
    ),
    (
        "risk.sides_swapped",
        "With the sides swapped, the old or empty server overwrites the one in use.",
    ),
    ("item.version_order", "Versions of source and destination"),
    ("how.version_order", "INFO server on both sides, and COMMAND INFO at the source."),
    (
        "risk.version_order",
        "An older destination may not know a command or a form of value that the source uses.",
    ),
    ("item.rdb_version", "The destination reads the source's values"),
    (
        "how.rdb_version",
        "Restored a value in the source's RDB version at the destination, under a key \
         __keyferry:probe:… that lives for 10 seconds and is removed at once.",
    ),
    ("risk.rdb_version", "The full stage fails at its first value."),
    ("item.modules", "Modules of the source at the destination"),
    ("how.modules", "MODULE LIST on both sides."),
    ("risk.modules", "Values of a module's types cannot be written where the module is missing."),
    ("item.functions", "Functions of the source at the destination"),
    ("how.functions", "INFO memory at the source, and the destination's version."),
    ("risk.functions", "Function libraries are left out, and clients that call them fail."),
    ("item.scripts_and_transactions", "Scripts, transactions and commands on several keys"),
    (
        "how.scripts_and_transactions",
        "INFO commandstats at the source, and CONFIG GET lua-replicate-commands.",
    ),
    (
        "risk.scripts_and_transactions",
        "A script that is sent as it is runs anew at the destination: what it did there is not known \
         if it depends on time or chance.",
    ),
    ("item.enough_databases", "Enough databases at the destination"),
    ("how.enough_databases", "CONFIG GET databases, or SELECT where that may not be asked."),
    ("risk.enough_databases", "Keys of a database that the destination lacks have no place."),
    ("item.conflicting_keys", "Keys that are on both sides"),
    (
        "how.conflicting_keys",
        "Walked through the smaller side of each selected database with SCAN, and asked the other \
         side with EXISTS.",
    ),
    (
        "risk.conflicting_keys",
        "Depending on the processing mode, keys of the destination are lost or keys of the source \
         are not migrated.",
    ),
    ("item.destination_in_use", "Nobody else writes to the destination"),
    (
        "how.destination_in_use",
        "CLIENT LIST at the destination, and a look for keys __keyferry:… of other tasks.",
    ),
    (
        "risk.destination_in_use",
        "What others write to migrated keys is overwritten, or makes the two sides differ.",
    ),
    ("item.eviction_policy", "The destination removes no keys by itself"),
    ("how.eviction_policy", "INFO memory at the destination: maxmemory_policy."),
    (
        "risk.eviction_policy",
        "A destination that runs full removes keys unasked, and the two sides differ.",
    ),
    ("item.memory_fits", "The data fits into the destination"),
    (
        "how.memory_fits",
        "Compared the source's used_memory_dataset, by the share of the selected databases, with \
         maxmemory and the memory of the destination's host.",
    ),
    ("risk.memory_fits", "The destination answers OOM and the task holds until there is room."),
    ("item.big_keys", "Big keys"),
    (
        "how.big_keys",
        "Asked MEMORY USAGE of up to 200 random keys in each selected database of the source. A \
         single big key among many can be missed.",
    ),
    (
        "risk.big_keys",
        "A value above the destination's proto-max-bulk-len is refused, and a very big one blocks \
         both servers while it is read and written.",
    ),
    ("item.protocol_limits", "Limits of the protocol"),
    ("how.protocol_limits", "CONFIG GET proto-max-bulk-len on both sides."),
    (
        "risk.protocol_limits",
        "A value that the source takes can be refused by the destination, and the task fails there.",
    ),
    ("item.short_ttl", "Keys that expire during the full stage"),
    (
        "how.short_ttl",
        "Asked PTTL of up to 200 random keys in each selected database of the source, and estimated \
         how long the full stage takes.",
    ),
    (
        "risk.short_ttl",
        "Such keys may be gone before they are written: fewer keys at the destination are then no \
         loss.",
    ),
    ("item.persistence_safety", "What proves that a write at the destination is safe"),
    (
        "how.persistence_safety",
        "INFO replication and INFO persistence at the destination, CONFIG GET save and appendfsync.",
    ),
    (
        "risk.persistence_safety",
        "If the destination restarts, everything that was written is gone and the task starts anew.",
    ),
    ("item.aof_retention", "The source logs its data"),
    (
        "how.aof_retention",
        "INFO persistence at the source: aof_enabled. A server's append-only file holds all of its \
         data and is never cut off by age, so no retention needs to be asked for.",
    ),
    (
        "risk.aof_retention",
        "If the source crashes, it loses writes that the destination may have already, and the task \
         has to copy everything again.",
    ),
    ("item.disk_for_spool", "Room on this computer's disk"),
    ("how.disk_for_spool", "Asked the file system of the task's folder for its free space."),
    (
        "risk.disk_for_spool",
        "Snapshot and stream are kept here until they are applied; without room the task holds.",
    ),
    ("item.fork_headroom", "Memory for a snapshot at the source"),
    (
        "how.fork_headroom",
        "INFO memory at the source: used_memory_rss and total_system_memory, and the writes of one \
         second.",
    ),
    (
        "risk.fork_headroom",
        "While a snapshot is made, the source needs memory for what is written meanwhile: without it \
         the snapshot fails, or the host ends the server.",
    ),
    ("item.source_backlog", "Backlog of the source against writes and retry time"),
    (
        "how.source_backlog",
        "Watched the source's replication offset for one second, and read repl-backlog-size.",
    ),
    (
        "risk.source_backlog",
        "After a longer break the source no longer has what was missed, and everything is copied \
         again.",
    ),
    ("item.replica_output_buffer", "Output buffer for replicas at the source"),
    (
        "how.replica_output_buffer",
        "CONFIG GET client-output-buffer-limit at the source, against its writes and the size of its \
         data.",
    ),
    (
        "risk.replica_output_buffer",
        "The source cuts the link during the full stage, which begins anew.",
    ),
    ("item.repl_timeout", "Replication timeout of the source"),
    ("how.repl_timeout", "CONFIG GET repl-timeout at the source."),
    ("risk.repl_timeout", "A short stall of the network ends the link."),
    ("item.repl_diskless", "How long the source waits before it sends"),
    (
        "how.repl_diskless",
        "CONFIG GET repl-diskless-sync and repl-diskless-sync-delay at the source.",
    ),
    ("risk.repl_diskless", "The task starts that much later; nothing is lost."),
    ("item.latency", "Round trip to both servers"),
    ("how.latency", "Measured PING several times on both sides."),
    (
        "risk.latency",
        "Over a slow or long way the full stage takes longer, and a busy source may write faster \
         than can be followed.",
    ),
    ("item.server_load", "Load of both servers"),
    ("how.server_load", "INFO stats on both sides: instantaneous_ops_per_sec and kbps."),
    (
        "risk.server_load",
        "The migration adds reads to the source and writes to the destination: clients may see them \
         slower.",
    ),
    ("item.clock_skew", "Clocks of both servers"),
    ("how.clock_skew", "TIME on both sides, less half of the round trip."),
    ("risk.clock_skew", "Keys expire too early or too late at the destination."),
    ("item.counts_as_replica", "The task counts as a replica of the source"),
    (
        "how.counts_as_replica",
        "CONFIG GET min-replicas-to-write, INFO commandstats (WAIT) and PUBSUB NUMSUB \
         __sentinel__:hello at the source.",
    ),
    (
        "risk.counts_as_replica",
        "While the task runs, its acknowledgements satisfy WAIT and min-replicas-to-write like a \
         replica's, FAILOVER without a target could choose it, and Sentinel lists a replica that \
         cannot be reached.",
    ),
    // Why something could not be checked.
    ("unknown.expected", "that it can be looked at"),
    ("unknown.source_silent", "the source does not answer"),
    ("unknown.destination_silent", "the destination does not answer"),
    ("unknown.needs_both", "both sides must answer for that"),
    ("unknown.not_looked", "it was not looked at"),
    ("unknown.info_lacks", "INFO does not tell {{name}}"),
    ("unknown.odd_setting", "the setting {{name}} is {{value}}"),
    ("unknown.setting_not_asked", "the setting {{name}} was not asked for"),
    ("unknown.cluster_size", "CLUSTER INFO tells no cluster_size"),
    ("unknown.multi", "MULTI was not answered by OK"),
    (
        "unknown.no_key_to_dump",
        "this version of the source is not known, and it has no key to show its form",
    ),
    (
        "unknown.no_small_key",
        "this version of the source is not known, and it has no small key to show its form",
    ),
    ("unknown.no_folder", "no folder above {{folder}} exists"),
    ("unknown.disk", "the disk of {{folder}} ({{words}})"),
    // How to mend it.
    ("fix.at_source", "Run this at the source."),
    ("fix.at_destination", "Run this at the destination."),
    ("fix.choose_destination", "Choose another destination."),
    ("fix.newer_destination", "Choose a destination of the same or a newer version."),
    // What each check found and wants.
    ("reachable.expected", "it answers, and takes the account and password"),
    ("reachable.found", "{{server}} at {{address}} answers in {{ms}} ms"),
    ("loading.found", "it is loading its data"),
    ("role.replica", "it is a replica of {{primary}}"),
    ("no_snapshot.found", "no snapshot is copied"),
    ("no_stream.found", "no stream is followed"),
    ("psync_permission.expected", "the account may run PING, INFO, TIME, REPLCONF and PSYNC"),
    ("psync_permission.forbidden", "the source does not allow {{commands}}"),
    ("psync_permission.absent", "the source has no command {{commands}}: renamed or disabled"),
    (
        "psync_permission.fix_absent",
        "Remove the rename-command lines of {{commands}} from the source's redis.conf and restart \
         it, or ask its provider to open replication.",
    ),
    ("psync_permission.allowed", "replication is allowed"),
    ("read_permission.expected", "the account may read keys at the source"),
    ("read_permission.forbidden", "the source does not allow {{commands}}"),
    ("read_permission.absent", "the source has no command {{commands}}: renamed or disabled"),
    (
        "read_permission.fix_absent",
        "Remove the rename-command lines of {{commands}} from the source's redis.conf and restart \
         it.",
    ),
    ("read_permission.allowed", "{{number}} commands were tried"),
    ("write_permission.expected", "the account may run every command that the task can send"),
    ("write_permission.forbidden", "the destination does not allow {{commands}}"),
    ("write_permission.absent", "the destination has no command {{commands}}: renamed or disabled"),
    (
        "write_permission.fix_absent",
        "Remove the rename-command lines of {{commands}} from the destination's redis.conf and \
         restart it.",
    ),
    ("write_permission.allowed", "{{number}} commands were tried"),
    ("client_kill.expected", "CLIENT KILL or CLIENT LIST is allowed at the destination"),
    ("client_kill.allowed", "connections of an earlier run can be ended or seen"),
    (
        "client_kill.forbidden",
        "neither is allowed: after a break, what still lay in an old connection can be applied a \
         second time",
    ),
    (
        "client_kill.fix_absent",
        "Remove the rename-command line of CLIENT from the destination's redis.conf and restart it.",
    ),
    (
        "source_role.expected",
        "a primary, or a replica in touch with its primary, that has loaded its data",
    ),
    ("source_role.primary", "it is a primary"),
    ("source_role.link_up", "it is a replica of {{primary}}, in touch with it"),
    ("source_role.link_down", "it is a replica of {{primary}} and its link there is down"),
    ("source_role.fix_link", "Bring {{primary}} back, or make the source a primary"),
    ("destination_role.expected", "a primary that has loaded its data and takes writes"),
    ("destination_role.refuses", "it refuses writes: {{words}}"),
    (
        "destination_role.fix_refuses",
        "Mend what the destination names in its answer, then check again.",
    ),
    ("destination_role.takes", "it is a primary and takes writes"),
    ("standalone_servers.expected", "standalone servers: a cluster is not supported yet"),
    ("standalone_servers.source_sentinel", "the source is a Sentinel, which holds no keys"),
    (
        "standalone_servers.destination_sentinel",
        "the destination is a Sentinel, which holds no keys",
    ),
    (
        "standalone_servers.fix_sentinel",
        "Give the address of its primary: SENTINEL MASTERS tells it.",
    ),
    ("standalone_servers.destination_cluster", "the destination runs in cluster mode"),
    ("standalone_servers.fix_destination_cluster", "Choose a destination with cluster-enabled no."),
    ("standalone_servers.one_shard", "the source is a cluster of one shard"),
    ("standalone_servers.shards", "the source is one of {{shards}} shards of a cluster"),
    (
        "standalone_servers.fix_shards",
        "Choose a source that is not part of a cluster: the other shards would be left out.",
    ),
    ("standalone_servers.standalone", "both are standalone servers"),
    ("same_instance.expected", "two servers, neither replicating the other"),
    ("same_instance.same", "source and destination are the same server"),
    ("same_instance.replica", "one of them replicates the other"),
    ("same_instance.two", "they are two servers with histories of their own"),
    (
        "sides_swapped.expected",
        "the source holds the data and is in use, and nothing less than production is written over \
         production",
    ),
    (
        "sides_swapped.environments",
        "a source of the environment {{source}} is to be written over a destination of {{destination}}",
    ),
    (
        "sides_swapped.source_empty",
        "the source is empty and the destination holds {{destination}} keys",
    ),
    (
        "sides_swapped.source_smaller",
        "the source holds {{source}} keys and the destination {{destination}}",
    ),
    (
        "sides_swapped.destination_busier",
        "the destination serves {{destination}} commands a second and the source {{source}}",
    ),
    (
        "sides_swapped.plausible",
        "the source holds {{source}} keys, the destination {{destination}}",
    ),
    (
        "sides_swapped.fix",
        "Make sure of the direction; if it is wrong, swap source and destination.",
    ),
    (
        "version_order.expected",
        "a destination as new as the source, with every command the source has",
    ),
    ("version_order.pair", "{{source}} to {{destination}}"),
    (
        "version_order.lacking",
        "{{source}} to {{destination}}: the destination has no {{commands}}; the task holds when the \
         source sends one",
    ),
    ("version_order.fix_lacking", "Enable them at the destination, or leave them out: {{flags}}"),
    ("version_order.older", "{{source}} to {{destination}}: the destination is older"),
    (
        "rdb_version.expected",
        "the destination takes a value in the source's RDB version (tried by RESTORE)",
    ),
    ("rdb_version.taken", "RDB version {{version}} is taken"),
    ("rdb_version.refused", "RDB version {{version}} is refused by {{destination}}"),
    ("rdb_version.fix", "Choose a destination that is at least as new as {{source}}."),
    ("modules.expected", "every module of the source at the destination"),
    ("modules.none", "the source has no modules"),
    ("modules.all", "the destination has all that can hold values"),
    ("modules.missing", "the destination lacks {{modules}}, whose values it could not hold"),
    (
        "modules.fix",
        "Load them at the destination (MODULE LOAD <path>); ignore this item only if no key is of \
         their types.",
    ),
    ("functions.expected", "a destination of 7.0 or newer where the source has functions"),
    ("functions.none", "the source has no functions"),
    ("functions.known", "the source has {{libraries}} function libraries"),
    (
        "functions.lacking",
        "the source has {{libraries}} function libraries, {{destination}} knows none",
    ),
    (
        "functions.fix",
        "Choose a destination of 7.0 or newer, or remove them at the source: FUNCTION FLUSH",
    ),
    ("scripts_and_transactions.expected", "the source sends what a script did, not the script"),
    ("scripts_and_transactions.none", "no script and no transaction ran since the source started"),
    (
        "scripts_and_transactions.effects",
        "scripts ran {{scripts}} times and transactions {{transactions}} times since the source \
         started; what they did arrives as commands",
    ),
    (
        "scripts_and_transactions.verbatim",
        "scripts ran {{scripts}} times since the source started, and it sends them as they are",
    ),
    (
        "scripts_and_transactions.fix_old",
        "Make sure that the scripts do not depend on time or chance, or stop them while the task \
         runs.",
    ),
    ("enough_databases.expected", "database {{highest}} exists at the destination"),
    ("enough_databases.found", "the destination has {{number}} databases"),
    (
        "enough_databases.fewer",
        "the destination has {{number}} databases, fewer than the source; those above are empty now",
    ),
    (
        "enough_databases.fix",
        "Set `databases {{number}}` in the destination's redis.conf and restart it, or map the \
         database to a lower number.",
    ),
    (
        "enough_databases.fix_fewer",
        "Write nothing to the databases above while the task runs, or select the databases that \
         move.",
    ),
    ("conflicting_keys.expected_none", "no key on both sides"),
    ("conflicting_keys.expected_kept", "keys on both sides stay"),
    ("conflicting_keys.expected_replaced", "keys on both sides are replaced"),
    (
        "conflicting_keys.no_snapshot",
        "no snapshot is copied: the destination is taken to hold the data",
    ),
    ("conflicting_keys.expected_no_snapshot", "nothing: only the stream is applied"),
    ("conflicting_keys.none", "no key is on both sides"),
    ("conflicting_keys.some", "{{keys}} keys are on both sides: {{samples}}"),
    (
        "conflicting_keys.kept",
        "{{keys}} keys are on both sides: {{samples}}; they stay as they are, so the two sides will \
         differ",
    ),
    (
        "conflicting_keys.replaced",
        "{{keys}} keys are on both sides: {{samples}}; they are replaced, and a FLUSHDB or FLUSHALL \
         at the source removes the destination's own keys too",
    ),
    (
        "conflicting_keys.flushed",
        "no key is on both sides; a FLUSHDB or FLUSHALL at the source removes the destination's own \
         keys too",
    ),
    (
        "conflicting_keys.fix",
        "Remove the keys at the destination, or choose another processing mode: --conflict keep or \
         --conflict overwrite.",
    ),
    (
        "conflicting_keys.fix_kept",
        "Nothing, if that is what you want; else remove them at the destination.",
    ),
    (
        "conflicting_keys.fix_replaced",
        "Nothing, if that is what you want; else choose another destination.",
    ),
    ("destination_in_use.expected", "no other clients and no other task of Keyferry"),
    ("destination_in_use.clients", "{{clients}} other clients are connected to the destination"),
    (
        "destination_in_use.tasks",
        "other tasks of Keyferry write there or have left their keys: {{tasks}}",
    ),
    ("destination_in_use.nobody", "no other client is connected, and no other task has keys there"),
    (
        "destination_in_use.fix_clients",
        "Make sure that they only read, or do not touch the keys that are migrated, until you \
         switch over.",
    ),
    (
        "destination_in_use.fix_tasks",
        "Make sure that the tasks write to different databases; release those that are over, which \
         removes their keys.",
    ),
    ("eviction_policy.expected", "maxmemory-policy noeviction"),
    ("eviction_policy.none", "maxmemory-policy {{policy}}"),
    (
        "eviction_policy.evicts",
        "maxmemory-policy {{policy}}: a full destination removes keys unasked",
    ),
    ("memory_fits.expected", "room for about {{needed}}"),
    ("memory_fits.expected_stream", "room for what the stream adds"),
    ("memory_fits.free", "{{free}} free of {{limit}} (maxmemory)"),
    ("memory_fits.unlimited", "the destination has no limit of its own"),
    ("memory_fits.host", "no limit of its own, on a host with {{total}}"),
    ("memory_fits.host_small", "no limit of its own, but its host has only {{total}} in all"),
    ("memory_fits.fix_host", "Move to a host with more memory."),
    ("big_keys.expected", "no value above {{limit}}, the destination's proto-max-bulk-len"),
    ("big_keys.none", "the source has no keys in the selected databases"),
    ("big_keys.largest", "the largest of {{sampled}} sampled keys takes {{bytes}}"),
    (
        "big_keys.blocks",
        "{{key}} (database {{database}}) takes {{bytes}}: it blocks both servers while it moves",
    ),
    (
        "big_keys.too_big",
        "{{key}} (database {{database}}) takes {{bytes}}, more than the destination accepts",
    ),
    ("big_keys.fix_blocks", "Migrate off-peak, or split the key before."),
    ("protocol_limits.expected", "the destination takes values as large as the source does"),
    ("protocol_limits.found", "proto-max-bulk-len: source {{source}}, destination {{destination}}"),
    ("short_ttl.expected", "keys live longer than the full stage, about {{seconds}} s"),
    ("short_ttl.none", "none of {{sampled}} sampled keys expires within {{seconds}} s"),
    (
        "short_ttl.some",
        "{{short}} of {{sampled}} sampled keys expire within {{seconds}} s, about as long as the full \
         stage takes",
    ),
    (
        "short_ttl.fix",
        "Nothing: they expire on both sides. Compare keys without an expiry after the migration, not \
         the number of all.",
    ),
    ("persistence_safety.expected", "replicas or persistence at the destination"),
    (
        "persistence_safety.none",
        "it has neither replicas nor persistence: if it restarts, everything that was written is \
         gone and the task starts anew",
    ),
    (
        "persistence_safety.proofs",
        "replicas {{replicas}}, appendonly {{aof}}, appendfsync {{fsync}}, save \"{{save}}\"",
    ),
    (
        "aof_retention.expected_incremental",
        "appendonly yes: data logging is on, kept for more than 24 hours",
    ),
    (
        "aof_retention.expected_full",
        "appendonly yes: data logging is on, kept for at least 7 days and more than 24 hours after \
         the full stage",
    ),
    ("aof_retention.expected_none", "nothing: no change is followed"),
    ("aof_retention.on", "appendonly yes; the file holds all data, whatever its age"),
    ("aof_retention.off", "appendonly no: what the source did not save is lost if it crashes"),
    ("disk_for_spool.expected", "{{needed}} free for the snapshot and the stream"),
    ("disk_for_spool.found", "{{free}} free in the task's folder"),
    ("disk_for_spool.maybe", "{{free}} free in the task's folder: it may not be enough"),
    (
        "disk_for_spool.below_bound",
        "{{free}} free in the task's folder, less than the {{bound}} that the task may use",
    ),
    (
        "disk_for_spool.fix",
        "Make room on the disk of the state folder, or put it elsewhere: --state-dir",
    ),
    ("fork_headroom.expected", "{{needed}} free at the source's host"),
    ("fork_headroom.expected_none", "nothing: the source makes no snapshot"),
    ("fork_headroom.found", "{{free}} free of {{total}} at the source's host"),
    (
        "fork_headroom.small",
        "only {{free}} free of {{total}} at the source's host, and {{rate}} written a second",
    ),
    (
        "fork_headroom.fix",
        "Free memory on the source's host (vm.overcommit_memory 1 helps a snapshot to start), or \
         take a replica as the source.",
    ),
    (
        "source_backlog.expected",
        "repl-backlog-size of at least {{needed}}: {{minutes}} minutes of writes",
    ),
    ("source_backlog.expected_none", "no backlog is needed"),
    ("source_backlog.found", "repl-backlog-size {{size}}, {{rate}} written a second"),
    (
        "source_backlog.small",
        "repl-backlog-size {{size}}, {{rate}} written a second: a break of more than {{seconds}} s \
         means a new copy",
    ),
    ("replica_output_buffer.expected", "room for {{needed}}: the writes of about {{seconds}} s"),
    ("replica_output_buffer.expected_none", "nothing is held back"),
    ("replica_output_buffer.unlimited", "no limit"),
    ("replica_output_buffer.enough", "{{limit}} before a replica is cut off"),
    ("replica_output_buffer.small", "a replica is cut off at {{limit}}"),
    ("repl_timeout.expected", "repl-timeout of at least {{seconds}} s"),
    ("repl_timeout.found", "repl-timeout {{seconds}} s"),
    ("repl_diskless.expected", "a wait of at most {{seconds}} s"),
    ("repl_diskless.expected_none", "nothing is waited for"),
    ("repl_diskless.disk", "the snapshot goes through the source's disk, at once"),
    ("repl_diskless.waits", "the source waits {{seconds}} s for other replicas before it sends"),
    ("latency.expected", "a round trip of at most {{ms}} ms"),
    ("latency.found", "source {{source}} ms, destination {{destination}} ms"),
    (
        "latency.fix",
        "Run Keyferry on a computer near both servers, best in the destination's network.",
    ),
    ("server_load.expected", "servers that are not busy: migrate off-peak"),
    (
        "server_load.found",
        "source {{source}} commands a second and {{source_kbps}} kB/s out, destination \
         {{destination}} commands a second",
    ),
    (
        "server_load.fix",
        "Start off-peak, or limit the task: choose an instance class or records and bytes a second.",
    ),
    ("clock_skew.expected", "at most 1 s apart"),
    ("clock_skew.found", "the clocks are {{seconds}} s apart"),
    ("clock_skew.far", "the clocks are {{seconds}} s apart: keys would expire too early or late"),
    ("clock_skew.fix", "Set the clocks of both hosts: chronyc makestep"),
    ("counts_as_replica.expected", "writes that wait for replicas do not count this task"),
    (
        "counts_as_replica.min_replicas",
        "min-replicas-to-write is {{number}}: while the task runs, its acknowledgements count as a \
         replica's",
    ),
    (
        "counts_as_replica.fix_min_replicas",
        "Raise min-replicas-to-write by one at the source while the task runs.",
    ),
    (
        "counts_as_replica.wait",
        "clients wait for replicas (WAIT, {{number}} times): while the task runs, its \
         acknowledgements count as a replica's",
    ),
    ("counts_as_replica.fix_wait", "Let clients wait for one replica more while the task runs."),
    (
        "counts_as_replica.sentinel",
        "Sentinel watches the source: it will list this task as a replica that cannot be reached, \
         which does no harm",
    ),
    (
        "counts_as_replica.fix_sentinel",
        "After the task is released, forget it: SENTINEL RESET <name of the primary>",
    ),
    (
        "counts_as_replica.harmless",
        "the task shows among the source's replicas and acknowledges to WAIT; nobody waits for \
         replicas there",
    ),
    // Why authentication failed.
    ("cause.password_needed", "The server asks for a password, and none was given."),
    (
        "cause.no_password_set",
        "A password was given, but the server has none set for this account.",
    ),
    ("cause.wrong_password", "The server does not take this account and password."),
    // The limits and notes of a pair.
    (
        "limit.C01",
        "The bandwidth out of the source bounds the full stage: with little of it the migration is slow, and it shares it with the source's clients.",
    ),
    (
        "limit.C02",
        "Only incremental migration: data logging should be on at the source (appendonly yes) and its log be kept for more than 24 hours. Keyferry follows the replication stream and needs no log for that; without one a crash of the source loses writes and means a new copy.",
    ),
    (
        "limit.C03",
        "Full and incremental migration: data logging should be on at the source (appendonly yes), its log be kept for at least 7 days, and for more than 24 hours after the full stage. Keyferry follows the replication stream and needs no log for that; without one a crash of the source loses writes and means a new copy.",
    ),
    (
        "limit.C04",
        "Only full migration: what is written to the source meanwhile is not migrated. Do not write to the source, or choose full and incremental migration, which is recommended.",
    ),
    ("limit.C05", "Instances of the cloud should use local disks, not cloud disks."),
    (
        "limit.C06",
        "The destination's maxmemory-policy must be noeviction: a full destination otherwise removes keys unasked, and the two sides differ.",
    ),
    (
        "limit.C07",
        "What EVAL and EVALSHA do at the destination is not known where the source sends scripts as they are: make sure that they do not depend on time or chance.",
    ),
    (
        "limit.C08",
        "The destination is not empty. Lists are never appended to twice: a key that is there already either stays as it is or is replaced as a whole, by the processing mode.",
    ),
    (
        "limit.C09",
        "Keys that expire may be gone before they are migrated: fewer keys at the destination than at the source are normal. Compare with INFO keyspace.",
    ),
    (
        "limit.C10",
        "The number of keys that do not expire, or have not expired, is the same on both sides.",
    ),
    ("limit.C11", "The destination's version must be the same as the source's or newer."),
    (
        "limit.C12",
        "An older destination may not read the source's values or know its commands: the precheck tries both.",
    ),
    (
        "limit.C13",
        "The migration reads from the source and writes to the destination, and adds to the load of both: migrate off-peak, or limit the task.",
    ),
    ("limit.C14", "After the full stage the destination can use more memory than the source does."),
    (
        "limit.C15",
        "A task that failed is resumed for seven days. Stop or release it before you switch over, or revoke the write permission of its account at the destination: a resumed task otherwise overwrites what is there.",
    ),
    (
        "limit.C16",
        "A change of specification, address or port breaks the connection. The task goes on by itself if the server is back under the same address within the retry time, {{minutes}} minutes; after that, or with a new address, empty the destination and configure the task anew.",
    ),
    (
        "limit.C17",
        "A failover of the source is survived: the task goes on with the promoted replica under the same address. Where the destination already holds what the source lost, it stops and says so.",
    ),
    (
        "limit.C18",
        "The latency is right while the source is idle too: it compares replication offsets, not timestamps of data.",
    ),
    ("limit.C19", "No heartbeat key is written to the source: the latency does not need one."),
    (
        "limit.C20",
        "Full data migration copies what the source holds; incremental data migration then follows every change until you switch over, so that your service goes on.",
    ),
    // Mistakes in a form.
    ("field.host_required", "Enter the host name or address."),
    ("field.host_malformed", "A host name has no spaces and no slashes."),
    ("field.port_out_of_range", "A port is a number from 1 to 65535."),
    ("field.path_malformed", "Enter the absolute path of the socket."),
    ("field.access_unknown", "There is no access method “{{access}}”."),
    ("field.stages_required", "Choose at least one stage."),
    ("field.databases_required", "Select at least one database."),
    ("field.database_not_selected", "Database {{database}} is mapped but not selected."),
    (
        "field.databases_collide",
        "Databases {{one}} and {{other}} would both become database {{destination}}.",
    ),
    ("field.pattern_malformed", "A pattern has at least one character; * is every key."),
    (
        "field.commands_of_unselected",
        "Database {{database}} is not selected: none of its commands move.",
    ),
    ("field.position_not_yet", "Starting from a given position is not supported yet."),
    ("field.command_locked", "{{command}} holds the stream together and cannot be left out."),
    ("field.command_malformed", "“{{command}}” is not a command's name."),
    ("field.retry_out_of_range", "The retry time is from 10 to 1440 minutes."),
    ("field.spool_out_of_range", "The spool needs at least {{bytes}} bytes."),
    (
        "field.cloud_not_yet",
        "Instances of Alibaba Cloud are not supported yet: choose a self-managed database.",
    ),
    ("field.same_as_source", "Source and destination are the same address."),
    ("field.class_excludes_limits", "Choose either an instance class or limits of your own."),
    ("field.limit_out_of_range", "A limit is at least 1."),
    ("field.name_required", "Give the task a name."),
    (
        "field.alert_lag",
        "Enter the latency in seconds, from 1 to 604800, above which you are told.",
    ),
    ("field.alert_contacts_required", "Choose at least one contact."),
    ("field.alert_contact_unknown", "One of the contacts is not known."),
    ("field.template_name_required", "Give the template a name."),
    // What happens to a task.
    ("event.caught_up", "the destination has everything that the source has"),
    (
        "event.spool_restarted",
        "the destination stands at offset {{offset}}, which is not on this computer's disk: it is \
         fetched from the source again",
    ),
    (
        "event.spool_damaged",
        "what is on this computer's disk is damaged from offset {{offset}} on: it is fetched from the \
         source again",
    ),
    ("event.recopy", "everything is copied again: {{why}}"),
    (
        "event.spool_full",
        "the spool has reached its bound with {{bytes}} bytes that the destination has not applied, \
         or could still lose: the source is held back",
    ),
    (
        "event.disk_full",
        "the disk of the state folder has {{bytes}} bytes left: the source is held back",
    ),
    ("event.read_again", "{{keys}} keys are read from the source again: {{why}}"),
    (
        "event.transaction_split",
        "a transaction of the source is too large for one at the destination, and is applied in \
         pieces",
    ),
    (
        "event.big_command",
        "{{command}} {{key}} (database {{database}}) takes {{bytes}} bytes and is sent in one piece, \
         which blocks the destination for a moment",
    ),
    (
        "event.not_kept_awake",
        "this computer cannot be kept awake: while it sleeps the task stands still, and goes on \
         when it wakes. {{why}}",
    ),
    ("event.goes_on", "the task goes on"),
    ("event.reconnected.source", "the source is connected again"),
    ("event.reconnected.destination", "the destination is connected again"),
    ("event.source_promoted", "the source was promoted: its history is now {{id}}"),
    ("event.source_continued", "the source continues its stream behind offset {{offset}}"),
    (
        "event.snapshot_requested",
        "the source prepares its snapshot (a diskless one begins after repl-diskless-sync-delay)",
    ),
    ("event.snapshot_started", "the snapshot arrives"),
    ("event.snapshot_received", "the snapshot has arrived whole, {{bytes}} bytes"),
    (
        "event.module_aux_skipped",
        "data that a module keeps beside its keys cannot be moved, and is left out",
    ),
    (
        "event.big_value",
        "key {{key}} (database {{database}}) takes {{bytes}} bytes and is sent in one piece, which \
         blocks the destination for a moment",
    ),
    (
        "event.function_skipped",
        "the destination is older than 7.0 and has no functions: a library is left out",
    ),
    ("event.function_kept", "the function library {{library}} of the destination stays as it is"),
    (
        "event.unfenced",
        "CLIENT KILL and CLIENT LIST are not allowed at the destination: an earlier connection of \
         this task cannot be shown to be gone",
    ),
    ("event.full_done", "the snapshot is applied whole"),
    (
        "event.existing_keys",
        "the destination holds {{keys}} keys of its own in the databases concerned",
    ),
    (
        "event.purge_started",
        "removing keys that an earlier copy brought and the source no longer has",
    ),
    ("event.purge_done", "{{keys}} keys were removed"),
];
