// One rule of the catalogue, with how the hosts fare by it.
import { Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Time } from '@/components/Time';
import { Severity } from '@/components/Verdict';
import type { RuleLineFragment } from '@/graphql/generated/graphql';
import classes from './RulesScreen.module.css';

export function RuleLine({ rule }: { rule: RuleLineFragment }) {
  return (
    <div className={classes['line']}>
      <div style={{ minWidth: 0 }}>
        <Link data-opens className={classes['title']} to="/rules/$rule" params={{ rule: rule.key }}>
          {rule.title}
        </Link>
        <Text size="xs" c="dimmed" truncate title={rule.key}>
          {rule.key} · {rule.category}
        </Text>
      </div>
      <div>
        <Severity severity={rule.severity} />
      </div>
      {rule.retiredAt ? (
        <Text size="xs" c="dimmed">
          retired <Time at={rule.retiredAt} />
        </Text>
      ) : (
        <Standing totals={rule.totals} />
      )}
    </div>
  );
}

function Standing({ totals: { pass, fail, error, manual } }: Pick<RuleLineFragment, 'totals'>) {
  const applicable = pass + fail + error + manual;
  if (applicable === 0) {
    return (
      <Text size="xs" c="dimmed">
        concerns no host
      </Text>
    );
  }
  const hosts = applicable === 1 ? '1 host' : `${applicable} hosts`;
  const words = [
    fail > 0 && `fails on ${fail}`,
    error > 0 && `unclear on ${error}`,
    fail + error === 0 && (pass > 0 ? `passes on ${pass}` : 'by hand'),
  ].filter(Boolean);
  return (
    <Text
      size="xs"
      className="figures"
      c={
        fail > 0
          ? 'light-dark(#c92a2a, #ff8787)'
          : error > 0
            ? 'light-dark(#a35200, #ffc078)'
            : 'dimmed'
      }
    >
      {words.join(', ')} of {hosts}
    </Text>
  );
}
