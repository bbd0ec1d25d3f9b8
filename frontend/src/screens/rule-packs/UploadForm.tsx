// Choosing rule files, by the picker or by dropping them, and sending them.
import { Button, FileButton, Group, Paper, Stack, Text, TextInput } from '@mantine/core';
import { IconUpload } from '@tabler/icons-react';
import { type DragEvent, useState } from 'react';
import { FormError } from '@/components/FormError';
import { Faults, type UploadError } from './Faults';
import { ACCEPTED, encode, problemOf } from './files';

export interface Upload {
  name: string;
  note: string;
  files: { path: string; content: string }[];
}

interface Props {
  /** A new pack needs a name; a version has that of its pack. */
  named: boolean;
  /** Sends it; gives what stood in the way, nothing when it worked. */
  onSend: (upload: Upload) => Promise<UploadError[]>;
  onCancel?: () => void;
}

export function UploadForm({ named, onSend, onCancel }: Props) {
  const [name, setName] = useState('');
  const [note, setNote] = useState('');
  const [files, setFiles] = useState<File[]>([]);
  const [errors, setErrors] = useState<UploadError[]>([]);
  const [sending, setSending] = useState(false);
  const problem = problemOf(files);
  const choose = (chosen: File[]) => {
    setErrors([]);
    setFiles(chosen);
  };
  const send = async () => {
    setSending(true);
    try {
      setErrors(await onSend({ name: name.trim(), note: note.trim(), files: await encode(files) }));
    } finally {
      setSending(false);
    }
  };
  return (
    <form
      aria-label={named ? 'New rule pack' : 'New version'}
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <Paper withBorder p="md">
        <Stack gap="sm">
          {named && (
            <TextInput
              label="Name"
              description="What the rules are called here, as the name of your organisation."
              required
              maxLength={100}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
          )}
          <DropPlace files={files} onChoose={choose} />
          <TextInput
            label="What is new"
            maxLength={500}
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
          />
          <FormError message={problem} />
          <Faults errors={errors} />
          <Group>
            <Button
              type="submit"
              loading={sending}
              disabled={files.length === 0 || !!problem || (named && !name.trim())}
            >
              Upload
            </Button>
            {onCancel && (
              <Button variant="subtle" onClick={onCancel}>
                Cancel
              </Button>
            )}
          </Group>
          <Text size="xs" c="dimmed">
            Nothing counts before it was tried on a host and enabled.
          </Text>
        </Stack>
      </Paper>
    </form>
  );
}

function DropPlace({ files, onChoose }: { files: File[]; onChoose: (files: File[]) => void }) {
  const [over, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    onChoose([...event.dataTransfer.files]);
  };
  return (
    <Paper
      withBorder
      p="md"
      role="group"
      aria-label="Rule files"
      onDragOver={(event: DragEvent) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
      style={{
        borderStyle: 'dashed',
        borderColor: over ? 'var(--mantine-primary-color-filled)' : undefined,
      }}
    >
      <Group gap="sm">
        <FileButton multiple accept={ACCEPTED} onChange={onChoose}>
          {(props) => (
            <Button {...props} variant="default" leftSection={<IconUpload size={16} />}>
              Choose files
            </Button>
          )}
        </FileButton>
        <Text size="sm" c="dimmed">
          or drop them here: .yml files, a .zip or .tar.gz of them, or a signed .owpack
        </Text>
      </Group>
      {files.length > 0 && (
        <Text size="sm" mt="xs" role="status" style={{ overflowWrap: 'anywhere' }}>
          {files.length > 5 ? `${files.length} files` : files.map((file) => file.name).join(', ')}
        </Text>
      )}
    </Paper>
  );
}
