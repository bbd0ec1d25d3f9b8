// The tooltip of the component library, in a module of its own: see Hint.
export { Tooltip } from '@mantine/core';
