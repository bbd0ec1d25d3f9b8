// One variable: what it is for, its value here and everywhere else.
import { Badge, Button, Group, Paper, SimpleGrid, Text } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { Time } from '@/components/Time';
import { allowedWords } from '@/components/words';
import type { VariableLineFragment, VariableValueLineFragment } from '@/graphql/generated/graphql';
import { EditVariable } from './EditVariable';
import { isSamePlace, ownValue, type Place, shownValue, sourceWords } from './place';

interface Props {
  place: Place;
  variable: VariableLineFragment;
  /** Sets the value here, or takes it back; what stands in the way. Nothing where the person may not. */
  onSet?: ((value: string | null) => Promise<string | undefined>) | undefined;
}

export function VariableLine({ place, variable, onSet }: Props) {
  const [editing, setEditing] = useState(false);
  const { effective, values } = variable;
  const own = ownValue(place, values);
  const others = values.filter((value) => !effective || !isSamePlace(value, effective));
  return (
    <Paper withBorder p="sm" role="listitem" aria-label={variable.name}>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm" verticalSpacing={6}>
        <div style={{ minWidth: 0 }}>
          <Text size="sm" fw={600} className="mono" style={{ overflowWrap: 'anywhere' }}>
            {variable.name}
          </Text>
          <Text size="sm">{variable.description}</Text>
          <Asked variable={variable} />
        </div>
        <div style={{ minWidth: 0 }}>
          <Group gap={6}>
            {effective ? (
              <Value kind={variable.kind} value={effective} />
            ) : (
              <Text size="sm" c="dimmed">
                Rules have the values of their benchmarks
              </Text>
            )}
            {variable.isContested && (
              <Badge color="orange" variant="outline" tt="none">
                Groups disagree: the last one set counts
              </Badge>
            )}
            {!variable.isDeclared && (
              <Badge color="gray" variant="outline" tt="none">
                No rule uses it any more
              </Badge>
            )}
          </Group>
          {others.map((value) => (
            <Group gap={6} key={sourceWords(value)}>
              <Value kind={variable.kind} value={value} quiet />
            </Group>
          ))}
          {onSet && !editing && (
            <Group gap="xs" mt={6}>
              {variable.isDeclared && (
                <Button
                  variant="default"
                  size="compact-sm"
                  leftSection={<IconPencil size={14} />}
                  onClick={() => setEditing(true)}
                >
                  {own ? 'Change' : 'Set a value'}
                </Button>
              )}
              {own && <TakeBack onTake={() => onSet(null)} />}
            </Group>
          )}
          {onSet && editing && (
            <EditVariable
              variable={variable}
              initial={own?.value ?? effective?.value ?? variable.defaultValue ?? ''}
              onSave={async (value) => {
                const problem = await onSet(value);
                if (!problem) setEditing(false);
                return problem;
              }}
              onCancel={() => setEditing(false)}
            />
          )}
        </div>
      </SimpleGrid>
    </Paper>
  );
}

/** What benchmarks ask for, and what may be set. */
function Asked({ variable }: { variable: VariableLineFragment }) {
  const { kind, defaultValue, source, profiles, allowed, ruleKeys } = variable;
  if (!variable.isDeclared) return null;
  return (
    <>
      <Text size="xs" c="dimmed" title={source ?? undefined}>
        Without a value: {shownValue(kind, defaultValue)}
        {profiles.map((one) => ` · ${one.profile} asks for ${shownValue(kind, one.value)}`)}
      </Text>
      <Text size="xs" c="dimmed">
        Source: {source}
      </Text>
      <Text size="xs" c="dimmed">
        May be {allowedWords(allowed ?? '', defaultValue && shownValue(kind, defaultValue))}
      </Text>
      <Text size="xs" c="dimmed" component="div">
        {ruleKeys.length === 1 ? '1 rule: ' : `${ruleKeys.length} rules: `}
        {ruleKeys.slice(0, 3).map((rule, at) => (
          <span key={rule}>
            {at > 0 && ', '}
            <Link to="/rules/$rule" params={{ rule }}>
              {rule}
            </Link>
          </span>
        ))}
        {ruleKeys.length > 3 && ` and ${ruleKeys.length - 3} more`}
      </Text>
    </>
  );
}

function Value(props: {
  kind: VariableLineFragment['kind'];
  value: VariableValueLineFragment;
  quiet?: boolean;
}) {
  const { kind, value, quiet } = props;
  const { group, host } = value;
  return (
    <>
      <Text
        size={quiet ? 'xs' : 'sm'}
        fw={quiet ? undefined : 600}
        className="mono"
        style={{ overflowWrap: 'anywhere' }}
      >
        {shownValue(kind, value.value)}
      </Text>
      <Text size="xs" c="dimmed" component="div">
        {group ? (
          <Link to="/groups/$group" params={{ group: group.id }} search={{ tab: 'variables' }}>
            {sourceWords(value)}
          </Link>
        ) : host ? (
          <Link to="/hosts/$host" params={{ host: host.id }} search={{ tab: 'variables' }}>
            {sourceWords(value)}
          </Link>
        ) : (
          sourceWords(value)
        )}
        , set by {value.setBy} <Time at={value.setAt} />
      </Text>
      {!value.fits && (
        <Badge color="orange" variant="outline" tt="none">
          Does not fit the rules: left out
        </Badge>
      )}
    </>
  );
}

function TakeBack({ onTake }: { onTake: () => Promise<string | undefined> }) {
  const [problem, setProblem] = useState<string>();
  return (
    <>
      <Button variant="subtle" size="compact-sm" onClick={() => void onTake().then(setProblem)}>
        Take back
      </Button>
      {problem && (
        <Text size="xs" role="alert">
          {problem}
        </Text>
      )}
    </>
  );
}
