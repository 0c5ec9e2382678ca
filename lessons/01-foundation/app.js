import express from 'express';
import { SpillwayError } from 'spillway';

/** An Express app with one route, `POST /predict`, that asks `model`. */
export function createApp(model) {
  const app = express();
  app.use(express.json({ strict: false })); // any JSON value: the model says what is no row

  app.post('/predict', (request, response) => {
    const { prediction, probability } = model.predict(request.body);
    response.json({ prediction, probability });
  });

  // Express knows an error handler by its four parameters
  app.use((error, _request, response, _next) => {
    const problem = toProblem(error);
    response.status(problem.status).type('application/problem+json').json(problem);
  });
  return app;
}

/** What the client may know about an error: what was wrong with the request, never what is wrong inside. */
function toProblem(error) {
  if (SpillwayError.isInstance(error) && error.code === 'INVALID_ROW') {
    return { status: 422, title: 'The row does not fit the model', errors: error.faults };
  }
  if (error.type === 'entity.parse.failed') return { status: 400, title: 'The body is not JSON' };
  if (error.expose) return { status: error.status, title: error.message };
  return { status: 500, title: 'Something went wrong' };
}
