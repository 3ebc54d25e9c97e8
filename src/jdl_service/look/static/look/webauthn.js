// Security keys: asks the browser for what the server's options say, puts the answer into the form's hidden field and sends the form.

function asked (form) {
  const { publicKey } = JSON.parse(form.dataset.options)
  return form.dataset.webauthn === 'create'
    ? navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) })
    : navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) })
}

for (const form of document.querySelectorAll('form[data-webauthn]')) {
  const failed = form.querySelector('[data-webauthn-failed]')
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    failed.hidden = true
    try {
      form.elements.credential.value = JSON.stringify(await asked(form))
      form.submit()
    } catch {
      failed.hidden = false
    }
  })
}
