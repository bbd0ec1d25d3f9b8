// Text of rules, in paragraphs.
import { Text } from '@mantine/core';
import { paragraphs } from './words';

export function Prose({ text }: { text: string }) {
  return paragraphs(text).map((paragraph, at) => (
    <Text key={at} size="sm" component="p" m={0} maw="75ch">
      {paragraph}
    </Text>
  ));
}
