// What was found as a file for other programs: the browser fetches it with the session that it has.
import { Button, Menu } from '@mantine/core';
import { IconChevronDown, IconDownload } from '@tabler/icons-react';

/** The formats, by the word that the server knows. */
const FORMATS = [
  ['json', 'JSON'],
  ['jsonl', 'JSON Lines'],
  ['csv', 'CSV'],
  ['junit', 'JUnit XML'],
  ['sarif', 'SARIF'],
] as const;

interface Props {
  /** Of what. */
  noun: 'scans' | 'fleet-scans';
  id: string;
}

export function Download({ noun, id }: Props) {
  return (
    <Menu position="bottom-end" withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <Button
          variant="default"
          leftSection={<IconDownload size={16} />}
          rightSection={<IconChevronDown size={14} />}
        >
          Download
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {FORMATS.map(([format, name]) => (
          <Item key={format} href={`/exports/${noun}/${id}/${format}`} name={name} />
        ))}
        {/* Many dashboards show every result as an alert, also one that passed. */}
        <Item
          href={`/exports/${noun}/${id}/sarif?verdict=fail,error`}
          name="SARIF without what passed"
        />
      </Menu.Dropdown>
    </Menu>
  );
}

function Item({ href, name }: { href: string; name: string }) {
  return (
    <Menu.Item component="a" href={href} download>
      {name}
    </Menu.Item>
  );
}
