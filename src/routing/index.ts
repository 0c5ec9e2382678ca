export { type Arm, createRouter, type Router } from './router.ts';
