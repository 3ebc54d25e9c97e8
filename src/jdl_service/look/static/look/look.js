// What scripts add to pages that work without them: GOV.UK Frontend's own behaviour. No page has a script of its own.
import { initAll } from './govuk-frontend.min.js'

document.body.classList.add('js-enabled', 'govuk-frontend-supported')
initAll()
