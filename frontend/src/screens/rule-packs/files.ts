// Files that a person chose, on their way to the server.

/** What the server takes in one request, as it is sent: Base64 makes three bytes four. */
const MOST_BYTES = 700 * 1024;
const ENDINGS = ['.yml', '.yaml', '.zip', '.tar', '.tar.gz', '.tgz', '.owpack'];

/** For the file picker. `.gz` stands for `.tar.gz`, which browsers do not know as an ending. */
export const ACCEPTED = '.yml,.yaml,.zip,.tar,.gz,.tgz,.owpack';

/** What is wrong with a choice of files before anything is sent; nothing when nothing is. */
export function problemOf(files: readonly Pick<File, 'name' | 'size'>[]): string | undefined {
  const stray = files.find(
    ({ name }) => !ENDINGS.some((ending) => name.toLowerCase().endsWith(ending)),
  );
  if (stray) {
    return `${stray.name} is no rule file: choose .yml files, an archive of them (.zip, .tar.gz), or a signed .owpack.`;
  }
  const total = files.reduce((sum, { size }) => sum + size, 0);
  if (total > MOST_BYTES) {
    return `The files have ${Math.ceil(total / 1024)} KiB; one upload takes ${MOST_BYTES / 1024} KiB. Put them into one .zip, or make several packs of them.`;
  }
  return undefined;
}

/** The files as the API takes them. */
export function encode(files: readonly File[]): Promise<{ path: string; content: string }[]> {
  return Promise.all(
    files.map(async (file) => ({
      path: file.webkitRelativePath || file.name,
      content: base64(new Uint8Array(await file.arrayBuffer())),
    })),
  );
}

export function base64(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}
