// What is used of Mermaid; its small package has no types. The build puts it before main.js.
declare const mermaid: {
  initialize(config: Record<string, any>): void;
  render(id: string, text: string): Promise<{ svg: string; diagramType: string }>;
};
