import { OperationEntity } from './operation.entity.js';

/** Every entity of the data source. */
export const ENTITIES = [OperationEntity] as const;

export { OperationEntity };
