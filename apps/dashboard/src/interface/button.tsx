import type { ButtonHTMLAttributes } from 'react';

const LOOKS = {
  plain: 'border-frame bg-raised text-ink hover:bg-sunken',
  ink: 'border-ink bg-ink text-paper hover:bg-fill',
  danger: 'border-accent bg-raised text-accent hover:bg-accent hover:text-on-accent',
};

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** `ink`: the one thing a form is for. `danger`: something is lost. */
  look?: keyof typeof LOOKS;
}

export function Button({ look = 'plain', className = '', type = 'button', ...rest }: ButtonProps) {
  return (
    <button
      type={type}
      className={`h-8 shrink-0 rounded-xs border px-3 text-[13px] font-medium whitespace-nowrap disabled:opacity-50 ${LOOKS[look]} ${className}`}
      {...rest}
    />
  );
}
