// What is wrong with uploaded rules: by file, each with its place, the line, and what was perhaps meant.
import { Alert, Code, Stack, Text } from '@mantine/core';
import type { CreateRulePackMutation } from '@/graphql/generated/graphql';

export type UploadError = CreateRulePackMutation['createRulePack']['errors'][number];

/** Faults that are shown; the first ones are mostly the cause of the rest. */
const SHOWN = 50;

export function Faults({ errors }: { errors: UploadError[] }) {
  if (errors.length === 0) return null;
  const title =
    errors.length === 1 ? 'Nothing was uploaded' : `Nothing was uploaded: ${errors.length} faults`;
  return (
    <Alert color="red" role="alert" title={title}>
      <Stack gap="sm" component="ul" p={0} m={0} style={{ listStyle: 'none' }}>
        {errors.slice(0, SHOWN).map((error, at) => (
          <li key={at}>
            <Fault error={error} />
          </li>
        ))}
        {errors.length > SHOWN && <li>and {errors.length - SHOWN} more</li>}
      </Stack>
    </Alert>
  );
}

function Fault({ error }: { error: UploadError }) {
  if (error.__typename !== 'FileError') return <Text size="sm">{error.message}</Text>;
  const { file, line, column, message, suggestion, excerpt } = error;
  const place = [file, line && `line ${line}`, line && column && `column ${column}`];
  return (
    <>
      {file && (
        <Text size="sm" fw={600} style={{ overflowWrap: 'anywhere' }}>
          {place.filter(Boolean).join(', ')}
        </Text>
      )}
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {message}
        {suggestion && `; did you mean ${suggestion}?`}
      </Text>
      {excerpt && (
        <Code block mt={4} style={{ overflowX: 'auto' }} tabIndex={0} aria-label="The line">
          {excerpt}
        </Code>
      )}
    </>
  );
}
