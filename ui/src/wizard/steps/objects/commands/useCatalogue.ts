import { useEffect, useState } from 'react';

import { asCommandError } from '../../../../backend/backend';
import { useBackend } from '../../../../backend/context';
import type { CommandError, CommandInfo } from '../../../../bindings';

import type { Command } from './model';

export interface Catalogue {
  /** Null while it is read. */
  commands: Command[] | null;
  error: CommandError | null;
  retry: () => void;
}

/** The commands that a source of that version can send; `Redis 7.0.15` or `Valkey 8.1.8`. */
export function useCatalogue(version: string | null): Catalogue {
  const backend = useBackend();
  const [commands, setCommands] = useState<Command[] | null>(null);
  const [error, setError] = useState<CommandError | null>(null);
  const [tries, setTries] = useState(0);

  useEffect(() => {
    let gone = false;
    backend.commandCatalogue(version).then(
      (infos) => {
        if (gone) return;
        setCommands(infos.filter(({ available }) => available).map(commandOf));
        setError(null);
      },
      (reason: unknown) => gone || setError(asCommandError(reason)),
    );
    return () => {
      gone = true;
    };
  }, [backend, version, tries]);

  return { commands, error, retry: () => setTries(tries + 1) };
}

function commandOf(info: CommandInfo): Command {
  const itself = info.arrives_as.length === 1 && info.arrives_as[0] === info.name;
  return {
    name: info.name, group: info.group, classic: info.reference, arrivesAs: itself ? [] : info.arrives_as,
    locked: info.locked, indistinct: info.indistinguishable,
  };
}
