// The sections of a framework as a tree: choose one, and see what is in it. On a narrow screen it is one
// field to choose from.
import { ActionIcon, NativeSelect, Text, UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import classes from './SectionTree.module.css';

export interface Section {
  key: string;
  parent?: string | null;
  label: string;
  name?: string | null;
  depth: number;
  rules: number;
}

interface Props<Row extends Section> {
  label: string;
  /** All sections in their order. */
  sections: Row[];
  chosen: string | undefined;
  onChoose: (section: string | undefined) => void;
  narrow: boolean;
  /** What is known of a section, at the end of its line. */
  figures: (section: Row) => ReactNode;
}

export function SectionTree<Row extends Section>(props: Props<Row>) {
  return props.narrow ? <Choice {...props} /> : <Tree {...props} />;
}

const title = ({ label, name }: Section) => (name ? `${label} ${name}` : label);

function Choice<Row extends Section>({ label, sections, chosen, onChoose }: Props<Row>) {
  return (
    <NativeSelect
      aria-label={label}
      value={chosen ?? ''}
      onChange={(event) => onChoose(event.currentTarget.value || undefined)}
      data={[
        { value: '', label: 'Every section' },
        ...sections.map((section) => ({
          value: section.key,
          label: `${'\u2003'.repeat(section.depth)}${title(section)} (${section.rules})`,
        })),
      ]}
    />
  );
}

function Tree<Row extends Section>({ label, sections, chosen, onChoose, figures }: Props<Row>) {
  const [turned, setTurned] = useState<ReadonlySet<string>>(new Set());
  const above = ancestors(sections, chosen);
  const below = new Map<string | null, Row[]>();
  for (const section of sections) {
    const parent = section.parent ?? null;
    below.set(parent, [...(below.get(parent) ?? []), section]);
  }
  // The chapters are open when there are few of them; what is chosen is always in sight.
  const isOpen = (section: Row) => above.has(section.key) !== turned.has(section.key);
  const turn = (key: string) =>
    setTurned((before) => {
      const after = new Set(before);
      if (!after.delete(key)) after.add(key);
      return after;
    });
  const branch = (parent: string | null) => (
    <ul className={classes['branch']}>
      {(below.get(parent) ?? []).map((section) => {
        const leaf = !below.has(section.key);
        return (
          <li key={section.key}>
            <div className={classes['line']} data-chosen={section.key === chosen || undefined}>
              {leaf ? (
                <span className={classes['toggle']} />
              ) : (
                <ActionIcon
                  className={classes['toggle']}
                  variant="transparent"
                  color="gray"
                  size="sm"
                  aria-expanded={isOpen(section)}
                  aria-label={`Sections of ${section.label}`}
                  onClick={() => turn(section.key)}
                >
                  {isOpen(section) ? <IconChevronDown size={14} /> : <IconChevronRight size={14} />}
                </ActionIcon>
              )}
              <UnstyledButton
                className={classes['choose']}
                aria-pressed={section.key === chosen}
                onClick={() => onChoose(section.key === chosen ? undefined : section.key)}
              >
                <Text size="sm" inherit truncate title={title(section)}>
                  <span className={classes['label']}>{section.label}</span>
                  {section.name && <span className={classes['name']}> {section.name}</span>}
                </Text>
                {figures(section)}
              </UnstyledButton>
            </div>
            {!leaf && isOpen(section) && branch(section.key)}
          </li>
        );
      })}
    </ul>
  );
  return (
    <nav aria-label={label} className={classes['tree']}>
      {branch(null)}
    </nav>
  );
}

/** The sections above the chosen one, and itself: they are open. */
function ancestors(sections: Section[], chosen: string | undefined) {
  const parents = new Map(sections.map((section) => [section.key, section.parent]));
  const above = new Set<string>();
  for (let key: string | null | undefined = chosen; key; key = parents.get(key)) above.add(key);
  return above;
}
