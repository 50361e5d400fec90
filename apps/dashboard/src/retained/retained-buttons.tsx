import type { RetainedActions } from './retained-view.tsx';

interface RetainedButtonsProps {
  topic: string;
  actions: RetainedActions;
}

/** What can be done to the retained message of one topic. */
export function RetainedButtons({ topic, actions: { onShow, onDelete } }: RetainedButtonsProps) {
  return (
    <span className="inline-flex gap-4">
      <button type="button" className="door" aria-label={`Show ${topic}`} onClick={() => onShow(topic)}>
        Show
      </button>
      {onDelete !== null && (
        <button type="button" className="door" aria-label={`Delete ${topic}`} onClick={() => onDelete(topic)}>
          Delete
        </button>
      )}
    </span>
  );
}
