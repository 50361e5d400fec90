import { Button } from './button.tsx';

interface SwitchButtonProps {
  isEnabled: boolean;
  /** Enables it, at once. */
  enabling: { mutate: () => void; isPending: boolean };
  /** Asks before it is disabled. */
  onDisable: () => void;
}

/** Disables what is enabled, and enables what is not. */
export function SwitchButton({ isEnabled, enabling, onDisable }: SwitchButtonProps) {
  if (isEnabled) return <Button onClick={onDisable}>Disable</Button>;
  return (
    <Button onClick={() => enabling.mutate()} disabled={enabling.isPending}>
      Enable
    </Button>
  );
}
