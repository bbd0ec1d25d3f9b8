// What holds for the whole organisation: the score to reach, the frameworks to look through, the values of variables.
import { Tabs } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Page } from '@/components/Page';
import { OrganisationTarget } from '../target/OrganisationTarget';
import { VariableList } from '../variables/VariableList';
import { EnabledLenses } from './EnabledLenses';

export function SettingsScreen() {
  const { tab } = useSearch({ from: '/shell/settings' });
  const navigate = useNavigate({ from: '/settings' });
  return (
    <Page title="Settings" about="What holds for the whole organisation">
      <Tabs
        value={tab ?? 'variables'}
        onChange={(value) => void navigate({ search: { tab: value ?? undefined } })}
        keepMounted={false}
      >
        <Tabs.List>
          <Tabs.Tab value="variables">Variables</Tabs.Tab>
          <Tabs.Tab value="frameworks">Frameworks</Tabs.Tab>
          <Tabs.Tab value="target">Target</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="variables" pt="sm">
          <VariableList place={{ kind: 'ORGANISATION' }} />
        </Tabs.Panel>
        <Tabs.Panel value="frameworks" pt="sm">
          <EnabledLenses />
        </Tabs.Panel>
        <Tabs.Panel value="target" pt="sm">
          <OrganisationTarget />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
